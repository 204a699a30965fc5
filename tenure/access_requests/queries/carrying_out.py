"""What is to be carried out: given, verified, ended, taken back. For the machinery alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.access_requests.models import AccessRequest, RequestOperation
from tenure.access_requests.situation import now_known_as
from tenure.inventory.models import Account, Grant, Resource
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.people import states
from tenure.people.models import Person
from tenure.provisioning.models import ProvisioningOperation

State = AccessRequest.State
NONE = "There is no such request, or it is not yours to see."
_WITH = (
    *("connection__owner", "resource__connection", "account__connection"),
    *("person__merged_into", "asked_by_person", "extends"),
)
# What a worker has to look at again whenever something was read.
_ON_ITS_WAY = (
    *(State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE, State.PROVISIONED, State.ENDING),
)
# What runs out. What is being given is on its own: few, and something may be under way.
_RUNS_OUT = (State.AWAITING_ACCEPTANCE, *AccessRequest.GIVES)


def request_to_carry_out(ref: UUID | str, *, actor: Actor) -> AccessRequest:
    """Fetch and lock, with all that it is about."""
    actor.require("provisioning.run")
    return _locked(ref)


def run_out(at: datetime, *, actor: Actor) -> QuerySet[AccessRequest]:
    """Whose time is over, of what was given or may still be accepted."""
    actor.require("provisioning.run")
    return AccessRequest.objects.filter(state__in=_RUNS_OUT, ends_at__lte=at)


def overdue_unprovisioned(at: datetime, *, actor: Actor) -> list[UUID]:
    """Whose end came before it was given."""
    actor.require("provisioning.run")
    waiting = AccessRequest.objects.filter(state=State.PENDING_PROVISIONING, ends_at__lte=at)
    return list(waiting.order_by("pk").values_list("ref", flat=True))


def to_go_on_giving(*, actor: Actor) -> list[UUID]:
    """Approved, and nothing under way that gives it: it was cancelled, or waits its turn."""
    actor.require("provisioning.run")
    waiting = AccessRequest.objects.filter(
        ~Exists(_under_way(RequestOperation.Purpose.GIVE)), state=State.PENDING_PROVISIONING
    )
    return list(waiting.order_by("pk").values_list("ref", flat=True))


def to_take_back(*, actor: Actor) -> list[UUID]:
    """Ending, and nothing under way that takes it back."""
    actor.require("provisioning.run")
    under_way = _under_way(RequestOperation.Purpose.TAKE_BACK)
    ending = AccessRequest.objects.filter(~Exists(under_way), state=State.ENDING)
    return list(ending.order_by("pk").values_list("ref", flat=True))


def _under_way(purpose: RequestOperation.Purpose) -> QuerySet[RequestOperation]:
    return RequestOperation.objects.filter(
        request=OuterRef("pk"), purpose=purpose, operation__state__in=ProvisioningOperation.OPEN
    )


def to_settle(connection_ref: UUID | str, *, actor: Actor) -> list[UUID]:
    """What a reading of a connection may have moved: whatever is on its way there, and what is no
    longer as it was approved."""
    actor.require("provisioning.run")
    there = AccessRequest.objects.filter(connection__ref=as_ref(connection_ref))
    changed = Q(state=State.VERIFIED) & ~is_held()
    some = there.filter(Q(state__in=_ON_ITS_WAY) | changed)
    return list(some.order_by("pk").values_list("ref", flat=True))


def of_operations(kind: str, ref: str, *, actor: Actor) -> list[UUID]:
    """Open requests that an operation of this cause is for."""
    actor.require("provisioning.run")
    there = RequestOperation.objects.filter(
        request=OuterRef("pk"), operation__cause_kind=kind, operation__cause_ref=ref
    )
    mine = AccessRequest.objects.filter(Exists(there), state__in=AccessRequest.OPEN)
    return list(mine.order_by("pk").values_list("ref", flat=True))


def of_leavers(at: datetime, *, actor: Actor) -> tuple[list[UUID], list[UUID]]:
    """For people who may not hold access any more: what waits for approval, and what was given or
    is on its way."""
    actor.require("provisioning.run")
    open_ones = AccessRequest.objects.filter(state__in=AccessRequest.OPEN)
    gone = open_ones.filter(states.may_not_hold_access(at=at, person="person__"))
    refs = gone.exclude(state=State.ENDING).order_by("pk").values_list("state", "ref")
    asked = [ref for state, ref in refs if state == State.PENDING_APPROVAL]
    return asked, [ref for state, ref in refs if state != State.PENDING_APPROVAL]


def is_held() -> Q:
    """Whether the account of a request has exactly what it asked for, by the last reading."""
    account = Account.objects.filter(pk=OuterRef("account")).exclude(status=Account.Status.GONE)
    place = Grant.objects.filter(
        account=OuterRef("account"),
        entitlement__resource=OuterRef("resource"),
        collection__kind__in=["project_users", "group_users"],
        ended_at=None,
    )
    organization, project, group = (
        Q(resource__kind=kind)
        for kind in (Resource.Kind.ORGANIZATION, Resource.Kind.PROJECT, Resource.Kind.GROUP)
    )
    return Q(Exists(account)) & (
        (organization & Q(Exists(account.filter(role=OuterRef("role")))))
        | (project & Q(Exists(place.filter(entitlement__external_id=OuterRef("role")))))
        | (group & Q(Exists(place)))
    )


def request_to_give_back(ref: UUID | str, *, actor: Actor) -> AccessRequest:
    """Fetch and lock one that is for the actor themselves. Anybody else's does not exist."""
    request = _locked(ref)
    holder = now_known_as(request.person)
    mine = Person.objects.filter(ref=as_ref(actor.person_id or "")).first()
    if mine is None or now_known_as(mine).pk != holder.pk:
        raise NotFound(NONE)
    return request


def request_to_revoke(ref: UUID | str, *, actor: Actor) -> AccessRequest:
    """Fetch and lock one of a connection whose requests the actor manages."""
    request = _locked(ref)
    if not actor.may("requests.view", connection=str(request.connection.ref)):
        raise NotFound(NONE)
    actor.require("requests.manage", connection=str(request.connection.ref))
    return request


def _locked(ref: UUID | str) -> AccessRequest:
    locked = AccessRequest.objects.select_for_update(of=("self",)).filter(ref=as_ref(ref))
    if (found := locked.first()) is None:
        raise NotFound(NONE)
    return AccessRequest.objects.select_related(*_WITH).get(pk=found.pk)
