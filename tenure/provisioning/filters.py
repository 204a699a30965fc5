"""Which operations a list shows, as conditions; whoever puts one into a query names the reader."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tenure.lib.actor import Actor
from tenure.provisioning.models import ProvisioningOperation

State = ProvisioningOperation.State
Mode = ProvisioningOperation.Mode
APPROVE, RUN = "provisioning.approve", "provisioning.run"
LABELS = {
    "all": "All",
    "yours": "Waiting for you",
    "waiting": "Waiting",
    "blocked": "Blocked",
    "running": "Running",
    "done": "Reading back",
    "verified": "Verified",
    "failed": "Failed",
    "by_hand": "By hand",
    "mine": "Yours",
}


@dataclass(frozen=True)
class Asked:
    """What a list is asked for; `case` is the ref of what asked for the operations."""

    show: str = "all"
    connection: str = ""
    person: str = ""
    account: str = ""
    case: str = ""
    cursor: str = ""

    @property
    def narrowed(self) -> dict[str, str]:
        """All of it but where to go on, as the address has it."""
        return {
            "show": self.show if self.show != "all" else "",
            "connection": self.connection,
            "person": self.person,
            "account": self.account,
            "case": self.case,
        }


def narrowed(asked: Asked) -> Q:
    """Of one connection, person, account or case."""
    found = Q()
    if asked.connection:
        found &= Q(connection__ref=UUID(asked.connection))
    if asked.person:
        found &= Q(person__ref=UUID(asked.person))
    if asked.account:
        found &= Q(account__ref=UUID(asked.account))
    if asked.case:
        found &= Q(cause_ref=asked.case)
    return found


def shown(show: str, actor: Actor) -> Q:
    by_tenure = Q(mode=Mode.CONNECTOR)
    return {
        "all": Q(),
        "yours": waiting_for(actor),
        "waiting": Q(state__in=[State.PLANNED, State.AWAITING_APPROVAL, State.QUEUED]),
        "blocked": Q(state=State.BLOCKED),
        "running": Q(state=State.RUNNING),
        "done": Q(state=State.DONE) & by_tenure,
        "verified": Q(state=State.VERIFIED),
        "failed": Q(state=State.FAILED),
        "by_hand": Q(mode=Mode.MANUAL) & ~Q(state__in=ProvisioningOperation.SETTLED),
        "mine": asked_for_by(actor),
    }[show]


def asked_for_by(actor: Actor) -> Q:
    """What this user planned, and what the person behind them planned or let go as any user."""
    asked = Q(planned_by_user=actor.user_id) if actor.user_id else Q(pk__in=[])
    if me := actor.person_id:
        asked |= Q(planned_by_person=me) | Q(started_by_person=me)
    return asked


def waiting_for(actor: Actor) -> Q:
    """What this actor can move on as the person it needs: theirs to do by hand, another's to
    approve, to release or to check.
    """
    mine = Q(pk__in=[])
    if actor.user_id:
        mine = Q(mode=Mode.MANUAL, state=State.QUEUED, assignee__ref=UUID(actor.user_id))
    me = actor.person_id
    if not me:
        return mine
    is_given = ~Q(action=ProvisioningOperation.Action.REMOVE) & Q(person__ref=UUID(me))
    approve = Q(state=State.AWAITING_APPROVAL) & ~Q(planned_by_person=me) & ~is_given
    brake = Q(state=State.BLOCKED, block=ProvisioningOperation.Block.BRAKE) & ~(
        Q(planned_by_person=me) | Q(started_by_person=me)
    )
    check = Q(mode=Mode.MANUAL, state=State.DONE) & ~Q(approved_by_person=me)
    return (
        mine
        | (approve | brake) & _where(actor.connections_where(APPROVE))
        | check & _where(actor.connections_where(RUN))
    )


def _where(refs: frozenset[str] | None) -> Q:
    return Q() if refs is None else Q(connection__ref__in=refs)
