"""From approval to access: one step further each time that something of it moved.

What is done next follows from what there is, never from what was meant before: so it may be asked
at any time, and again after any failure.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tenure.access_requests import granting_rules as rules
from tenure.access_requests import planning
from tenure.access_requests.ending import hand_over
from tenure.access_requests.following import invitation_of, why_not_accepted
from tenure.access_requests.models import AccessRequest, RequestEvent, RequestOperation
from tenure.access_requests.situation import Situation, now_known_as, situation_of
from tenure.access_requests.standing import hold, move
from tenure.access_requests.verifying import verify
from tenure.inventory.models import Account, Resource
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people.neighbours import here
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.planned import Plan

State = AccessRequest.State
Kind = RequestEvent.Kind
GIVE = RequestOperation.Purpose.GIVE
Operation = ProvisioningOperation
_LEFT = (Operation.State.CANCELLED, Operation.State.OVERRIDDEN)
_STUCK = (Operation.State.BLOCKED, Operation.State.FAILED)
_OUTDATED = "Something else is there by now, so it is planned anew."


def provision(request: AccessRequest, *, actor: Actor) -> None:
    """Begin to give what was approved. In the transaction of the approval, with it locked.

    Approvers approve and Tenure carries it out: whoever was last needs no permission for that.
    """
    ends_at = _end(request, None)
    move(request, State.PENDING_PROVISIONING, kind=Kind.GIVING, actor=actor, ends_at=ends_at)
    go_on(request, actor=actor)


def go_on(request: AccessRequest, *, actor: Actor) -> None:
    """Take an approved request as far as it goes now. In a transaction, with it locked."""
    operation = planning.operations_of(request, GIVE).last()
    if operation is not None and planning.is_work_by_hand(operation):
        _look_for(request, operation)
    if operation is not None and not planning.has_arrived(operation):
        if operation.state in _LEFT:
            if operation.reason == _OUTDATED:
                _next(request, None, actor=actor)
            else:
                fail(request, operation.reason or "Somebody cancelled it.", actor=actor)
            return
        if not _is_outdated(request, operation):
            _wait(request, operation, actor=actor)
            return
        if not planning.withdraw([operation], why=_OUTDATED):
            return
        operation = None
    if operation is not None and not operation.is_invitation:
        found = situation_of(request)
        _given(request, found.account or operation.account, actor=actor)
        return
    _next(request, operation, actor=actor)


def fail(request: AccessRequest, why: str, *, actor: Actor) -> None:
    """It comes to nothing; whoever asked reads why."""
    fields = {"state_reason": why[:500], "over_at": now()}
    move(request, State.FAILED, kind=Kind.FAILED, actor=actor, text=why, **fields)


def _next(request: AccessRequest, invited: ProvisioningOperation | None, *, actor: Actor) -> None:
    """What is to be done, as everything is now. `invited` is an invitation that was sent for it."""
    found = situation_of(request)
    if found.account is None and invited is not None:
        _await(request, invited, actor=actor)
        return
    step = rules.what_gives(found.thing)
    if found.account is not None and request.state == State.AWAITING_ACCEPTANCE:
        _accepted(request, invited, found.account, actor=actor)
    if step == "wait":
        said = "They were invited to OpenAI already: once they accept, they are given this too."
        if request.state != State.AWAITING_ACCEPTANCE:
            move(request, State.AWAITING_ACCEPTANCE, kind=Kind.INVITED, actor=actor, text=said)
        hold(request, said)
    elif step == "given":
        _given(request, found.account, actor=actor)
    elif step == "has_more":
        have = f"They are {found.thing.there} there already, which is more than was asked for."
        fail(request, have, actor=actor)
    else:
        _plan(request, step, found, actor=actor)


def _plan(request: AccessRequest, step: rules.Step, found: Situation, *, actor: Actor) -> None:
    plan = _plan_of(request, step, found)
    if plan.action == Operation.Action.CHANGE and not request.role_before:
        request.role_before = found.thing.there
        request.save(update_fields=["role_before"])
    if request.state != State.PENDING_PROVISIONING:
        move(request, State.PENDING_PROVISIONING, kind=Kind.GIVING, actor=actor)
    why = f"{request} was approved: {request.title}"
    hold(request, planning.carry_out(request, [plan], GIVE, why=why))


def _plan_of(request: AccessRequest, step: rules.Step, found: Situation) -> Plan:
    resource, role, thing = request.resource, request.role, found.thing
    if step == "invite" or found.account is None:
        projects = [(resource, role)] if resource.kind == Resource.Kind.PROJECT else []
        return planned.of_new_invitation(
            request.connection,
            now_known_as(request.person).email,
            rules.organization_role(thing),
            projects,
        )
    if step == "change":
        place = None if resource.kind == Resource.Kind.ORGANIZATION else resource
        return planned.of_role(found.account, role, place)
    add = Operation.Action.ADD
    return planned.of_place(found.account, resource, action=add, role=role)


def _look_for(request: AccessRequest, operation: ProvisioningOperation) -> None:
    """Work by hand is done when a sync shows it, whoever did it."""
    found = situation_of(request)
    is_invited = operation.is_invitation and (found.account or found.invitation)
    if is_invited or rules.is_as_asked(found.thing):
        planning.was_seen(operation)


def _is_outdated(request: AccessRequest, operation: ProvisioningOperation) -> bool:
    """Whether what is stuck would be planned differently now."""
    if operation.state not in _STUCK:
        return False
    found = situation_of(request)
    step = rules.what_gives(found.thing)
    if step in ("wait", "given", "has_more"):
        return True
    plan = _plan_of(request, step, found)
    if plan.kind == operation.target_kind and plan.identity.email != operation.known.email:
        return False  # that it is still them, a person has to say
    same = (operation.action, operation.target_kind, operation.target_id, operation.known.role)
    return same != (plan.action, plan.kind, plan.target_id, plan.identity.role)


def _wait(request: AccessRequest, operation: ProvisioningOperation, *, actor: Actor) -> None:
    if request.state != State.PENDING_PROVISIONING:
        move(request, State.PENDING_PROVISIONING, kind=Kind.GIVING, actor=actor)
    if said := planning.READ_FIRST.get(operation.block):
        if hold(request, said):
            planning.read_soon(request)
    else:
        hold(request, planning.waits_for(operation))


def _await(request: AccessRequest, invited: ProvisioningOperation, *, actor: Actor) -> None:
    """They were invited and have no account that we know of."""
    if request.state != State.AWAITING_ACCEPTANCE:
        move(
            request,
            State.AWAITING_ACCEPTANCE,
            kind=Kind.INVITED,
            actor=actor,
            text=f"{invited.label} was invited.",
        )
    said, is_over = why_not_accepted(invited)
    if is_over:
        fail(request, said, actor=actor)
    else:
        hold(request, said)


def _accepted(
    request: AccessRequest,
    invited: ProvisioningOperation | None,
    account: Account,
    *,
    actor: Actor,
) -> None:
    """There is an account now: by our invitation, unless that waits still."""
    mine = invited is not None and not _is_open(invited)
    request.account, request.was_invited = account, mine
    request.save(update_fields=["account", "was_invited"])
    text = f"{account} has an account now."
    move(request, State.PENDING_PROVISIONING, kind=Kind.ACCEPTED, actor=actor, text=text)


def _is_open(invited: ProvisioningOperation) -> bool:
    offer = invitation_of(invited)
    return offer is not None and offer.ended_at is None and offer.status == "pending"


def _given(request: AccessRequest, account: Account | None, *, actor: Actor) -> None:
    at, first = now(), request.extends
    more: dict[str, Any] = {"account": account}
    if first is not None:
        more |= {"was_invited": first.was_invited, "role_before": first.role_before}
    move(
        request,
        State.PROVISIONED,
        kind=Kind.PROVISIONED,
        actor=actor,
        provisioned_at=at,
        ends_at=request.ends_at or _end(request, at),
        **more,
    )
    if first is not None:
        hand_over(first, to=request, actor=actor)
    verify(request, actor=actor)


def _end(request: AccessRequest, given_at: datetime | None) -> datetime | None:
    """Of what is asked for in days None before it is given. An extension begins where the first
    one ends."""
    if request.until is None and given_at is None:
        return None
    first = request.extends.ends_at if request.extends else None
    starts = [one for one in (given_at, first) if one is not None]
    since = max(starts, default=now())
    return rules.ends_at(days=request.days, until=request.until, given_at=since, zone=here())
