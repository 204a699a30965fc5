"""From the end of a request to the proof that nothing of it is left."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from django.db.models import Q, QuerySet

from tenure.access_requests import granting_rules as rules
from tenure.access_requests import planning
from tenure.access_requests.following import NOT_THEIRS, invitation_of, is_open
from tenure.access_requests.models import AccessRequest, RequestEvent, RequestOperation
from tenure.access_requests.situation import Situation, held_by, situation_of
from tenure.access_requests.standing import hold, move
from tenure.inventory.models import Account, Invitation, Resource
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import states
from tenure.people.models import Person
from tenure.provisioning import planned, returning
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.planned import Plan

State = AccessRequest.State
Ending = AccessRequest.Ending
Kind = RequestEvent.Kind
GIVE, TAKE_BACK = RequestOperation.Purpose.GIVE, RequestOperation.Purpose.TAKE_BACK
Operation = ProvisioningOperation
LEFT = "They left, so their offboarding takes it away with everything else."
_OVER = "It is over before it was given."
# Requests that hold something, or are about to.
_HOLD = (State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE, *AccessRequest.GIVES)
_STUCK = (Operation.State.BLOCKED, Operation.State.FAILED)


def go_on(request: AccessRequest, *, actor: Actor) -> None:
    """Take back what a request gave, as far as that goes now. In a transaction, with it locked."""
    given = list(planning.operations_of(request, GIVE))
    if not planning.withdraw(_open(given), why=_OVER):
        hold(request, "It is being given at this moment; then it is taken back.")
        return
    taken = [
        one
        for one in planning.operations_of(request, TAKE_BACK)
        if one.state != Operation.State.CANCELLED
    ]
    if (other := _kept_by(request)) is not None:
        if planning.withdraw(_open(taken), why=f"{other} keeps it."):
            hand_over(request, to=other, actor=actor)
        return
    if request.provisioned_at is None and not any(map(planning.has_arrived, given)):
        _over(request, actor=actor)  # whatever is there is not by this request
        return
    _take(request, given, taken, actor=actor)


def _take(
    request: AccessRequest,
    given: list[ProvisioningOperation],
    taken: list[ProvisioningOperation],
    *,
    actor: Actor,
) -> None:
    """Nothing of it is being given, and nobody else keeps it."""
    found = _as_given(request, situation_of(request), given)
    _know_account(request, found, given)
    for one in filter(planning.is_work_by_hand, taken):
        if _is_gone(one, found):
            planning.was_seen(one)
    if _open(taken) and not _is_outdated(taken, found):
        hold(request, planning.what_waits(_open(taken)))
        return
    planning.withdraw(_open(taken), why="There is an account by now, which is looked at instead.")
    if taken and all(one.state == Operation.State.VERIFIED for one in taken):
        _over(request, actor=actor)
    elif not (removals := _removals(request, found, given)):
        _conclude(request, found, given, actor=actor)
    elif left := [one for one in taken if one.state == Operation.State.OVERRIDDEN]:
        hold(request, f"It was left as it is: {left[0].reason}")
    elif _is_leaving(request):
        hold(request, LEFT)
    else:
        _take_back(request, removals, found, given)


def hand_over(first: AccessRequest, *, to: AccessRequest, actor: Actor) -> None:
    """Another request keeps what this one gave: it is over, and nothing is taken back."""
    if first.role in (to.role, to.role_before):
        to.role_before = first.role_before
    to.was_invited = to.was_invited or first.was_invited
    to.save(update_fields=["role_before", "was_invited"])
    move(
        first,
        State.EXPIRED,
        kind=Kind.EXTENDED,
        actor=actor,
        text=f"{to} took its place.",
        ending=Ending.EXTENDED,
        over_at=now(),
    )


def _kept_by(request: AccessRequest) -> AccessRequest | None:
    """Another request of theirs that keeps the same thing, or stands upon it."""
    others = AccessRequest.objects.filter(
        person=request.person, resource=request.resource, state__in=_HOLD
    ).exclude(pk=request.pk)
    same = others.filter(Q(role=request.role) | (Q(role_before=request.role) & ~Q(role="")))
    return same.select_for_update(of=("self",)).order_by("pk").first()


def _removals(
    request: AccessRequest, found: Situation, given: list[ProvisioningOperation]
) -> tuple[rules.Removal, ...]:
    return rules.what_takes_back(
        found.thing,
        before=request.role_before,
        may_leave=_may_leave(request, found.account),
        has_invitation=any(is_open(one) for one in _sent(given)),
    )


def _know_account(
    request: AccessRequest, found: Situation, given: list[ProvisioningOperation]
) -> None:
    """Who accepted at the last moment came by this request all the same."""
    if request.account is None and found.account is not None:
        request.account = found.account
        request.was_invited = request.was_invited or any(map(_was_accepted, _sent(given)))
        request.save(update_fields=["account", "was_invited"])


def _sent(given: list[ProvisioningOperation]) -> list[ProvisioningOperation]:
    """Invitations that it sent."""
    return [one for one in given if one.is_invitation and planning.has_arrived(one)]


def _may_leave(request: AccessRequest, account: Account | None) -> bool:
    """Whether the account came by a request, and nothing holds it any more but this one."""
    if account is None:
        return False
    invited = AccessRequest.objects.filter(account=account, was_invited=True)
    if not invited.exists():
        return False
    is_organization = request.resource.kind == Resource.Kind.ORGANIZATION
    if account.role == rules.OWNER and not (is_organization and request.role == rules.OWNER):
        return False
    if held_by(account).exclude(entitlement__resource=request.resource).exists():
        return False
    return not _others_open(request).exists()


def _others_open(request: AccessRequest) -> QuerySet[AccessRequest]:
    mine = AccessRequest.objects.filter(person=request.person, connection=request.connection)
    return mine.filter(state__in=AccessRequest.OPEN).exclude(pk=request.pk)


def _open(operations: list[ProvisioningOperation]) -> list[ProvisioningOperation]:
    return [one for one in operations if one.state in Operation.OPEN]


def _as_given(
    request: AccessRequest, found: Situation, given: list[ProvisioningOperation]
) -> Situation:
    """What was given and not read since is there, whatever the last reading says."""
    came = [one for one in given if planning.has_arrived(one) and not one.is_invitation]
    if not came or found.account is None or came[-1].done_at is None:
        return found
    if found.read_from is not None and found.read_from > came[-1].done_at:
        return found
    there = request.role or "member"
    return replace(found, thing=replace(found.thing, there=there))


def _is_gone(operation: ProvisioningOperation, found: Situation) -> bool:
    """Whether work by hand is done, by what was read since it was asked for."""
    if operation.action == Operation.Action.CHANGE:
        return found.thing.there == operation.role
    read_from = returning.read_completely_from(operation)
    was_read = read_from is not None and read_from > operation.planned_at
    return was_read and not returning.is_there(operation)


def _is_outdated(taken: list[ProvisioningOperation], found: Situation) -> bool:
    """An invitation that cannot be cancelled, because it was accepted: the account is known now."""
    return found.account is not None and any(
        one.target_kind == Operation.Kind.INVITATION and one.state in _STUCK for one in taken
    )


def _conclude(
    request: AccessRequest,
    found: Situation,
    given: list[ProvisioningOperation],
    *,
    actor: Actor,
) -> None:
    """Nothing is left that could be taken back; unless it went to somebody whom we cannot find."""
    lost = [one for one in _sent(given) if found.account is None and _was_accepted(one)]
    if lost and request.account is None:
        hold(request, NOT_THEIRS)
    else:
        _over(request, actor=actor)


def _was_accepted(invited: ProvisioningOperation) -> bool:
    offer = invitation_of(invited)
    return offer is not None and (offer.accepted_at is not None or offer.status == "accepted")


def _is_leaving(request: AccessRequest) -> bool:
    """Whether their offboarding is to take it away; past its own end nothing waits for that."""
    at = now()
    if request.ending != Ending.REVOKED or (request.ends_at and request.ends_at <= at):
        return False
    out = states.may_not_hold_access(at=at)
    return Person.objects.filter(out, pk=request.person.pk).exists()


def _take_back(
    request: AccessRequest,
    removals: tuple[rules.Removal, ...],
    found: Situation,
    given: list[ProvisioningOperation],
) -> None:
    plans = list[Plan]()
    for removal in removals:
        if removal == "invitation":
            plans += [_of_invitation(one) for one in _sent(given) if is_open(one)]
        elif found.account is not None:
            plans.append(_of_account(request, removal, found.account, found.thing.there))
    why = f"{request} is over: {request.get_ending_display().lower()}"
    hold(request, planning.carry_out(request, plans, TAKE_BACK, why=why))


def _of_invitation(invited: ProvisioningOperation) -> Plan:
    """What was sent may not have been read yet; its id is known all the same."""
    offer = invitation_of(invited) or Invitation(
        connection=invited.connection,
        external_id=invited.made_id,
        email=invited.known.email,
        role=invited.role,
    )
    return planned.of_invitation(offer, rank=planning.RANKS["invitation"])


def _of_account(
    request: AccessRequest, removal: rules.Removal, account: Account, there: str
) -> Plan:
    rank = planning.RANKS[removal]
    if removal == "member":
        return planned.of_member(account, rank=rank)
    if removal == "place":
        return planned.of_place(account, request.resource, rank=rank)
    place = None if request.resource.kind == Resource.Kind.ORGANIZATION else request.resource
    back_to = request.role_before or rules.READER
    plan = planned.of_role(account, back_to, place, rank=rank)
    return replace(plan, identity=msgspec.structs.replace(plan.identity, role=there))


def _over(request: AccessRequest, *, actor: Actor) -> None:
    to = State(rules.state_after(request.ending))
    move(request, to, kind=Kind.OVER, actor=actor, over_at=now())
