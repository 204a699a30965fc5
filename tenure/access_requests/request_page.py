"""The one page of a request, for everybody whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse

from tenure.access_requests import queries, showing
from tenure.access_requests.cards import Card, lines_of
from tenure.access_requests.holdings import Held
from tenure.access_requests.models import AccessRequest, ApprovalStep, AskedApprover
from tenure.inventory.access_wording import Said
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.provisioning import wording as deeds

State = AccessRequest.State
_LIVE = (State.PENDING_PROVISIONING, State.PROVISIONED, State.ENDING)
_STEP_STATES = {
    ApprovalStep.State.AHEAD: Said("", "circle-dashed", "Later"),
    ApprovalStep.State.OPEN: Said("", "clock", "Waiting"),
    ApprovalStep.State.APPROVED: Said("", "circle-check", "Approved"),
    ApprovalStep.State.DENIED: Said("", "ban", "Denied"),
    ApprovalStep.State.DROPPED: Said("", "minus", "Not needed any more"),
}


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who is or was asked, as the page shows them."""

    name: str
    why: str
    answer: str
    comment: str
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class Step:
    position: int
    title: str
    needs: str
    state: str
    said: Said
    people: list[Approver]


def request_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """Context of one request. Four questions; what happened to it, what was done at the provider
    and what whoever approves may want to know come by themselves."""
    waiting = queries.requests_for_me_to_answer(actor=actor).order_by()
    mine = queries.requests(actor=actor).annotate(
        waits_for_me=Exists(waiting.filter(pk=OuterRef("pk")))
    )
    request = queries.with_steps(of=mine).filter(ref=as_ref(ref)).first()
    if request is None:
        raise NotFound("There is no such request, or it is not yours to see.")
    at = now()
    is_pending = request.state == State.PENDING_APPROVAL
    is_own = actor.person_id in _own_refs(request)
    may_answer: bool = request.waits_for_me  # type: ignore[attr-defined] # an annotation
    may_manage = queries.may_manage(request, actor=actor)
    card = Card(request, actor, at)
    return {
        "card": card,
        "steps": [_step(one, actor=actor, at=at) for one in request.steps.all()],
        "comments": list(request.comments.order_by("id")),
        "is_own": is_own,
        "may_answer": may_answer,
        "why_not": _why_not(request, is_own=is_own, may_answer=may_answer),
        "may_comment": actor.may_somewhere("requests.ask") and request.state not in request.OVER,
        "may_cancel": is_pending and (is_own or may_manage),
        "cancel_says": "Nobody is asked any more, and nothing is given.",
        "may_give_back": card.is_held and card.is_mine,
        "give_back_title": f"Give {card.request.title} back now?",
        "may_revoke": may_manage and card.is_held and not card.is_mine,
        "may_remind": is_pending and (is_own or may_manage),
        "longer_url": card.longer_url if is_own else "",
        "person_url": _person_url(request, actor),
        "poll_ms": 3000 if request.state in _LIVE else 0,
        "shows_context": is_pending and not is_own,
        "here": reverse("access_requests:requests") if may_answer else "",
    }


def _own_refs(request: AccessRequest) -> set[str]:
    people = (request.person, request.asked_by_person)
    return {str(one.ref) for one in people if one is not None}


def _why_not(request: AccessRequest, *, is_own: bool, may_answer: bool) -> str:
    """Why the reader has no buttons here, where they might expect some."""
    if request.state != State.PENDING_APPROVAL or may_answer:
        return ""
    if is_own:
        return "It waits for an answer. Nobody approves their own."
    return "It waits for somebody else's answer."


def _person_url(request: AccessRequest, actor: Actor) -> str:
    if not actor.may_somewhere("people.view"):
        return ""
    return reverse("inventory:person", args=[request.person.ref])


def _step(step: ApprovalStep, *, actor: Actor, at: Any) -> Step:  # noqa: ANN401 - an instant
    said = _STEP_STATES[ApprovalStep.State(step.state)]
    if step.state == ApprovalStep.State.OPEN:
        said = showing.due(step, at=at) or said
    people = [_approver(one, actor=actor) for one in step.asked.all()]
    return Step(step.position, step.title, step.needs, step.state, said, people)


def _approver(asked: AskedApprover, *, actor: Actor) -> Approver:
    answer = asked.get_answer_display() if asked.answer else ""
    by = asked.answered_by_person
    if answer and by is not None and by.pk != asked.person_id:
        answer = f"{answer} by {by} in their place"
    why = asked.why[:1].upper() + asked.why[1:]
    if asked.in_place_of is not None:
        why = f"{why}, in place of {asked.in_place_of}"
    if asked.is_escalation:
        why = f"{why}, because nobody answered in time"
    if asked.replaced_at is not None:
        answer = "Not asked any more"
    is_reader = str(asked.person.ref) == actor.person_id
    name = f"{asked.person} (you)" if is_reader else str(asked.person)
    return Approver(name, why, answer, asked.comment, asked.replaced_at is not None)


def course_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """What happened to a request, and what was done at the provider, for the same page."""
    mine = queries.requests(actor=actor).filter(ref=as_ref(ref))[:1]
    if not (cards := lines_of(mine, with_timeline=True, actor=actor)):
        raise NotFound("There is no such request, or it is not yours to see.")
    request = cards[0].request
    sees = actor.may("provisioning.view", connection=str(request.connection.ref))
    told = request.operations.select_related("operation__connection").order_by("id")
    return {
        "card": cards[0],
        "operations": [
            {
                "deed": deeds.deed(one.operation),
                "reason": one.operation.reason,
                "state": deeds.state_of(one.operation),
                "url": reverse("provisioning:operation", args=[one.operation.ref]) if sees else "",
            }
            for one in told
        ],
    }


def standing_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """What somebody has there and elsewhere, for whoever approves."""
    known = queries.what_they_have(ref, actor=actor)
    here = [_held(one) for one in known.here] or ["Nothing"]
    elsewhere = [_held(one) for one in known.elsewhere[:_MOST]]
    if (more := len(known.elsewhere) - _MOST) > 0:
        elsewhere.append(f"{more} more")
    facts = [
        ("They have there", "; ".join(here)),
        ("And elsewhere", "; ".join(elsewhere) or "Nothing in this organization"),
    ]
    if known.needs_account:
        facts.append(("An account", "They have none yet: they are invited first"))
    if known.is_privileged:
        facts.append(("The risk", "It lets them give access to others"))
    return {"facts": facts}


def others_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """Who else has it, and how the same was decided before, for whoever approves."""
    known = queries.who_else_has_it(ref, actor=actor)
    earlier = [f"{one} for {one.person}: {_word(one)}" for one in known.earlier]
    return {
        "facts": [
            ("Colleagues", known.peers_in_words),
            ("Decided before", "; ".join(earlier) or "Nobody asked for this before"),
        ]
    }


_MOST = 4


def _held(held: Held) -> str:
    return f"{held.title}, through the group {held.via}" if held.via else held.title


def _word(request: AccessRequest) -> str:
    return State(request.state).label.lower()
