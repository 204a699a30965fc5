"""Leavings as the API shows them."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, Moment, Named, PageOf, PageQuery, one_of
from tenure.offboarding import queries
from tenure.offboarding.impact import impact_of, preview_of
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.rehearsing import rehearsed


class OffboardingsQuery(PageQuery):
    show: str = one_of(("", *queries.FILTERS), "", "ahead: before anything is sent.")
    state: str = one_of(("", *OffboardingCase.State.values), "")
    person: UUID | None = Field(None, description="Only of this person.")


class OffboardingIn(Given):
    """Who leaves, from when on, and who takes over what they answer for."""

    person: UUID
    begins_at: Moment | None = Field(None, description="Not before; at once without it.")
    is_emergency: bool = Field(default=False, description="The account goes first.")
    new_owner: UUID | None = Field(None, description="A person: of service accounts and projects.")


class ChoiceIn(Given):
    """What happens to one thing of a leaver."""

    action: str = one_of(OffboardingItem.Action.values, ...)
    new_owner: UUID | None = Field(None, description="A person, to reassign or to add an owner.")
    reason: str = Field("", max_length=500, description="Why it is kept; the auditor reads it.")


class ItemIn(Given):
    """Something that Tenure cannot see and somebody does by hand."""

    label: str = Field(max_length=320)
    place: str = Field("", max_length=300)


class ApproveIn(Given):
    """That the plan was read: `preview` of the offboarding, as it was shown within the hour."""

    preview: str = Field(max_length=2000)


class OffboardingReasonIn(Given):
    """Why an offboarding is cancelled, or begins anew."""

    reason: str = Field(max_length=500, description="The auditor reads it.")


class ItemOut(Schema):
    """One thing of a leaver. `state` is its operation's while there is one; `thing` is the ref of
    the account, credential, invitation or project it is of."""

    ref: str
    kind: str
    target: str
    place: str
    connection: Named | None
    thing: str
    action: str
    choices: list[str]
    new_owner: Named | None
    state: str
    reason: str
    operation: str | None
    is_settled: bool

    @classmethod
    def of(cls, item: OffboardingItem) -> Self:
        operation = item.operation
        return cls(
            ref=str(item.ref),
            kind=item.kind,
            target=item.label,
            place=item.place,
            connection=Named.of(item.connection) if item.connection else None,
            thing=item.key.partition(":")[2],
            action=item.action,
            choices=list(OffboardingItem.CHOICES[item.kind]),
            new_owner=Named.of(item.new_owner) if item.new_owner else None,
            state=operation.state if operation else item.state,
            reason=operation.reason if operation else item.reason,
            operation=str(operation.ref) if operation else None,
            is_settled=item.is_settled,
        )


class ImpactOut(Schema):
    """What removing somebody touches. `spend` is of 30 days, in millionths by currency; `read_at`
    is how old the oldest of it is, null while something was never read."""

    used_last_hour: list[str]
    used_last_day: list[str]
    sole_owner_of: list[str]
    service_accounts: list[str]
    invitations: list[str]
    spend: dict[str, int]
    read_at: Instant | None


class OffboardingOut(Schema):
    """One person's leaving."""

    ref: str
    name: str
    person: Named
    state: str
    reason: str
    opened: str
    opened_at: Instant
    opened_by: str
    ends_at: Instant | None
    begins_at: Instant
    due_at: Instant
    new_owner: Named | None
    approved_at: Instant | None
    approved_by: str
    completed_at: Instant | None
    is_late: bool
    resets: int
    items: int
    settled: int

    @classmethod
    def columns(cls, case: Any) -> dict[str, Any]:  # noqa: ANN401 - a case with its counts
        """What every shape of a leaving says of it."""
        same = ("state", "reason", "opened", "opened_at", "opened_by", "ends_at", "begins_at")
        more = ("due_at", "approved_at", "approved_by", "completed_at", "is_late", "resets")
        return {
            **{name: getattr(case, name) for name in (*same, *more)},
            "ref": str(case.ref),
            "name": str(case),
            "person": Named.of(case.person),
            "new_owner": Named.of(case.new_owner) if case.new_owner else None,
            "items": case.item_count,
            "settled": case.settled_count,
        }

    @classmethod
    def of(cls, case: OffboardingCase) -> OffboardingOut:
        return OffboardingOut(**cls.columns(case))


class OffboardingPage(PageOf[OffboardingOut]):
    pass


class OffboardingDetail(OffboardingOut):
    """A leaving with its plan and what that touches. `preview` is what approving takes: it stands
    for this plan as this token's user was shown it; empty once it is approved."""

    plan: list[ItemOut]
    impact: ImpactOut
    preview: str

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> Self:
        case = queries.case_by_ref(ref, actor=actor)
        items = list(queries.items(case, actor=actor))
        is_ahead = case.state in OffboardingCase.AHEAD and actor.may("offboarding.manage")
        impact = impact_of(items)
        return cls(
            **cls.columns(case),
            plan=[ItemOut.of(item) for item in items],
            impact=ImpactOut(**{**vars(impact), "spend": dict(impact.spend)}),
            preview=preview_of(case, items, actor=actor) if is_ahead else "",
        )


class ItemRehearsal(Schema):
    """What would happen to one item, had the plan been approved; nothing was sent."""

    item: str
    target: str
    says: str


class OffboardingRehearsal(Schema):
    """The whole plan, rehearsed."""

    data: list[ItemRehearsal]

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> Self:
        case = queries.case_by_ref(ref, actor=actor)
        items = list(queries.items(case, actor=actor))
        return cls(
            data=[
                ItemRehearsal(
                    item=str(one.item.ref), target=one.item.label, says=one.said(actor=actor)
                )
                for one in rehearsed(case, items, actor=actor)
            ]
        )
