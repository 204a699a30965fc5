"""Access requests as the API shows them, and what it takes."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.access_requests import queries
from tenure.access_requests.models import AccessRequest, ApprovalStep, AskedApprover
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, Named, PageOf, PageQuery, one_of

WHOSE = ("all", "mine", "to_answer")
_VERSION = "Of the request as it was shown; 409 when it is another by now."


class RequestsQuery(PageQuery):
    """`to_answer` are those that wait for the user, the oldest first."""

    whose: str = one_of(WHOSE, "all")
    show: str = one_of(queries.SHOWS, "all", "In which states, of those one oversees.")


class RequestIn(Given):
    """What is asked for, for whom, why and for how long: days, or a last day, or without an end."""

    resource: UUID = Field(description="The ref of the organization, project or group.")
    role: str = Field("", max_length=120, description="Of a group, nothing.")
    person: str = Field("", max_length=320, description="By e-mail or ref; oneself without.")
    reason: str = Field("", max_length=1000)
    days: int | None = Field(None, ge=1, le=3650)
    until: date | None = None
    extends: UUID | None = Field(None, description="The request that this one prolongs.")


class ApprovalIn(Given):
    comment: str = Field("", max_length=1000)
    version: int | None = Field(None, ge=0, description=_VERSION)


class DenialIn(Given):
    reason: str = Field(max_length=500, description="Whoever asked reads it.")
    version: int | None = Field(None, ge=0, description=_VERSION)


class CancellationIn(Given):
    reason: str = Field("", max_length=500)
    version: int | None = Field(None, ge=0, description=_VERSION)


class GivingBackIn(Given):
    version: int | None = Field(None, ge=0, description=_VERSION)


class RevocationIn(Given):
    reason: str = Field(max_length=500, description="Whoever had it reads it.")
    version: int | None = Field(None, ge=0, description=_VERSION)


class CommentIn(Given):
    text: str = Field(max_length=1000)


class AskedOut(Schema):
    """Somebody who is asked, and their answer. `answered_by` may stand in for them."""

    person: Named
    why: str
    in_place_of: Named | None
    is_escalation: bool
    answer: str
    answered_at: Instant | None
    answered_by: str
    comment: str
    replaced_at: Instant | None

    @classmethod
    def of(cls, one: AskedApprover) -> AskedOut:
        same = ("why", "is_escalation", "answer", "answered_at", "answered_by", "comment")
        return AskedOut(
            **{name: getattr(one, name) for name in (*same, "replaced_at")},
            person=Named.of(one.person),
            in_place_of=Named.of(one.in_place_of) if one.in_place_of else None,
        )


class RequestStepOut(Schema):
    """One answer that is needed."""

    position: int
    title: str
    needs: str
    state: str
    due_at: Instant | None
    answered_at: Instant | None
    asked: list[AskedOut]

    @classmethod
    def of(cls, step: ApprovalStep) -> RequestStepOut:
        same = ("position", "title", "needs", "state", "due_at", "answered_at")
        return RequestStepOut(
            **{name: getattr(step, name) for name in same},
            asked=[AskedOut.of(one) for one in step.asked.all()],
        )


class RequestOut(Schema):
    """Somebody asks for one thing, for one person, for a time."""

    ref: str
    number: str
    state: str
    state_reason: str
    title: str
    connection: Named
    resource: Named
    role: str
    is_privileged: bool
    person: Named
    asked_by: str
    reason: str
    days: int | None
    until: date | None
    ends_at: Instant | None
    extends: Named | None
    policy: str
    version: int
    step: str
    waits_for: list[Named]
    asked_at: Instant
    approved_at: Instant | None
    provisioned_at: Instant | None
    verified_at: Instant | None
    over_at: Instant | None
    differs: str

    @classmethod
    def columns(cls, request: AccessRequest) -> dict[str, Any]:
        same = ("state", "state_reason", "title", "role", "is_privileged", "asked_by", "reason")
        more = ("days", "until", "ends_at", "version", "asked_at", "approved_at", "differs")
        ends = ("provisioned_at", "verified_at", "over_at")
        steps = list(request.steps.all())
        waiting = [one for one in steps if one.state == ApprovalStep.State.OPEN]
        return {
            **{name: getattr(request, name) for name in (*same, *more, *ends)},
            "ref": str(request.ref),
            "number": str(request),
            "connection": Named.of(request.connection),
            "resource": Named.of(request.resource),
            "person": Named.of(request.person),
            "extends": Named.of(request.extends) if request.extends else None,
            "policy": request.policy_name,
            "step": f"{waiting[0].position} of {len(steps)}" if waiting else "",
            "waits_for": [
                Named.of(one.person)
                for step in waiting
                for one in step.asked.all()
                if not one.answer and one.replaced_at is None
            ],
        }

    @classmethod
    def of(cls, request: AccessRequest) -> RequestOut:
        return RequestOut(**cls.columns(request))


class RequestPage(PageOf[RequestOut]):
    pass


class RequestEventOut(Schema):
    at: Instant
    kind: str
    by: str
    text: str


class RequestCommentOut(Schema):
    ref: str
    at: Instant
    by: str
    text: str


class RequestDetail(RequestOut):
    """A request with its steps, what was said, and what happened."""

    steps: list[RequestStepOut]
    events: list[RequestEventOut]
    comments: list[RequestCommentOut]
    may_answer: bool
    may_cancel: bool

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> Self:
        request = queries.request_of(ref, actor=actor)
        return cls(
            **cls.columns(request),
            steps=[RequestStepOut.of(one) for one in request.steps.all()],
            events=[
                RequestEventOut(at=one.at, kind=one.kind, by=one.by, text=one.text)
                for one in request.events.order_by("id")
            ],
            comments=[
                RequestCommentOut(ref=str(one.ref), at=one.at, by=one.by, text=one.text)
                for one in request.comments.order_by("id")
            ],
            may_answer=queries.may_answer(request, actor=actor),
            may_cancel=queries.may_cancel(request, actor=actor),
        )


class RequestContextOut(Schema):
    """What whoever approves looks at."""

    has_here: list[str]
    has_elsewhere: list[str]
    peers: str
    peers_count: int
    peers_having: int
    is_privileged: bool
    needs_account: bool
    adds: str
    decided_before: list[Named]

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> RequestContextOut:
        shown = queries.context_of(queries.request_of(ref, actor=actor), actor=actor)
        return RequestContextOut(
            has_here=[one.title for one in shown.here],
            has_elsewhere=[one.title for one in shown.elsewhere],
            peers=shown.peers_in_words,
            peers_count=shown.peers,
            peers_having=shown.having,
            is_privileged=shown.is_privileged,
            needs_account=shown.needs_account,
            adds=shown.adds_in_words,
            decided_before=[Named.of(one) for one in shown.earlier],
        )
