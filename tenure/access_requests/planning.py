"""From what a request needs to changes at the provider: planned, tied to it, let go, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tenure.access_requests.by_hand import instructions
from tenure.access_requests.models import AccessRequest, AskedApprover, RequestOperation
from tenure.access_requests.situation import now_known_as
from tenure.connections.models import Connection
from tenure.inventory.models import SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.lib.ids import uuid7
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.cancel_operation import cancel_operation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.prove_operation import prove_operation
from tenure.provisioning.operations.start_operations import start_operations
from tenure.provisioning.planned import Approval, Cause, Plan
from tenure.users.actors import TENURE

CAUSE = "access_request"
Purpose = RequestOperation.Purpose
Operation = ProvisioningOperation
# The invitation first, so that it cannot be accepted any more; the member after all else.
RANKS = {"invitation": 10, "role": 20, "place": 30, "member": 60}
BY_HAND_WITHIN = timedelta(days=2)
# Approvers approve, and Tenure carries it out: they need not be able to.
HAND = replace(
    TENURE, permissions=frozenset({"provisioning.run", "provisioning.view", "accounts.sync"})
)
# Found at the provider when it was about to be sent, and not in the inventory yet.
READ_FIRST: dict[str, str] = {
    Operation.Block.ALREADY_MEMBER: "They are a member of the organization already: it is read "
    "again, and then they are added.",
    Operation.Block.INVITED_OTHERWISE: "They were invited to something else already: once they "
    "accept, they are given this too.",
    Operation.Block.OTHER_ROLE: "They have another role there already: it is read again, and then "
    "changed.",
}
_UNSENT = (
    *(Operation.State.PLANNED, Operation.State.AWAITING_APPROVAL, Operation.State.QUEUED),
    *(Operation.State.BLOCKED, Operation.State.FAILED),
)


def carry_out(
    request: AccessRequest, plans: Sequence[Plan], purpose: RequestOperation.Purpose, *, why: str
) -> str:
    """Plan and let go; what is under way already is not asked for twice. What it waits for, in
    words; empty when for nothing but time. In a transaction."""
    cause, batch = Cause(kind=CAUSE, ref=request.ref, why=why), uuid7()
    found = list[ProvisioningOperation]()
    try:
        with transaction.atomic():
            for plan in plans:
                operation = _under_way(plan) or _planned(plan, request, cause, batch)
                RequestOperation.objects.get_or_create(
                    request=request, operation=operation, defaults={"purpose": purpose}
                )
                found.append(operation)
            start_operations(batch=batch, actor=HAND)
    except Conflict as refusal:
        return str(refusal)  # another change of the same thing goes first
    for operation in found:
        operation.refresh_from_db()
    return what_waits(found)


def operations_of(
    request: AccessRequest, purpose: RequestOperation.Purpose
) -> QuerySet[ProvisioningOperation]:
    """In the order in which they were planned."""
    mine = Operation.objects.filter(of_requests__request=request, of_requests__purpose=purpose)
    return mine.select_related("assignee").order_by("id")


def withdraw(operations: Sequence[ProvisioningOperation], *, why: str) -> bool:
    """Cancel what was not sent; False when something is being sent, and has to be waited for."""
    for operation in operations:
        if operation.state in (Operation.State.RUNNING, Operation.State.DONE):
            return False
        if operation.state in _UNSENT:
            try:
                cancel_operation(ref=operation.ref, reason=why, actor=HAND)
            except Conflict:
                return False  # a worker was there first
    return True


def has_arrived(operation: ProvisioningOperation) -> bool:
    """Whether the provider took it, or a person says so; that it is read back is more."""
    if operation.state in (Operation.State.DONE, Operation.State.VERIFIED):
        return True
    is_left = operation.state in (Operation.State.OVERRIDDEN, Operation.State.CANCELLED)
    is_unseen = operation.block == Operation.Block.NOT_VISIBLE
    return operation.done_at is not None and (is_left or is_unseen)


def is_work_by_hand(operation: ProvisioningOperation) -> bool:
    """Whether somebody is asked to do it, and has not said that it is done."""
    return operation.mode == Operation.Mode.MANUAL and operation.state == Operation.State.QUEUED


def was_seen(operation: ProvisioningOperation) -> None:
    """A sync shows what somebody was asked to do by hand: they need not say so."""
    prove_operation(ref=operation.ref, note="A sync shows that it is done.", actor=HAND)
    operation.refresh_from_db()


def waits_for(operation: ProvisioningOperation) -> str:
    """What an operation under way needs, in words; empty while it needs nothing but time."""
    waiting = (Operation.State.AWAITING_APPROVAL, Operation.State.BLOCKED, Operation.State.FAILED)
    if operation.state in waiting:
        return operation.reason
    if operation.mode == Operation.Mode.MANUAL:
        return f"{operation.assignee or 'Somebody'} is asked to do it by hand."
    return ""


def what_waits(operations: Iterable[ProvisioningOperation]) -> str:
    """What the first of them needs that needs anything."""
    return next(filter(None, map(waits_for, operations)), "")


def read_soon(request: AccessRequest) -> None:
    """What is there is not what we knew: read it, so that the rest can be planned anew."""
    if request.connection.state in Connection.SYNCABLE and not request.connection.is_uploaded:
        request_sync(
            connection_ref=request.connection.ref, trigger=SyncRun.Trigger.CHANGE, actor=HAND
        )


def can_write(connection: Connection) -> bool:
    """Whether changes are Tenure's there; while it is asleep they wait, and are nobody's."""
    is_manual = connection.removal_policy == Connection.RemovalPolicy.MANUAL
    return connection.removal_is_on and not (connection.is_uploaded or is_manual)


def _planned(
    plan: Plan,
    request: AccessRequest,
    cause: Cause,
    batch: UUID,
) -> ProvisioningOperation:
    named = replace(plan, person=request.person, approval=_approval(request))
    plans = [_by_hand(named, request)]
    return plan_operations(plans=plans, cause=cause, batch=batch, actor=HAND)[0]


def _approval(request: AccessRequest) -> Approval | None:
    """Two people who stand behind it already: who asked, and another who approved and gets nothing
    of it. None where nobody can tell them apart; then an owner needs a second person as ever."""
    if (asker := request.asked_by_person) is None:
        return None
    own = {now_known_as(asker).pk, now_known_as(request.person).pk}
    approved = AskedApprover.objects.filter(
        step__request=request, answer=AskedApprover.Answer.APPROVED
    ).exclude(answered_by_person=None)
    for one in approved.select_related("answered_by_person__merged_into").order_by("-pk"):
        assert one.answered_by_person is not None  # noqa: S101 - filtered
        by = now_known_as(one.answered_by_person)
        if by.pk not in own and one.answered_at is not None:
            asked_by = now_known_as(asker).ref
            return Approval(asked_by=asked_by, by=by.ref, name=str(by), at=one.answered_at)
    return None


def _by_hand(plan: Plan, request: AccessRequest) -> Plan:
    """As a person is asked to do it, where Tenure cannot; else as it is."""
    connection, resource = request.connection, request.resource
    is_in_group = plan.kind == Operation.Kind.GROUP_MEMBER
    of_directory = is_in_group and bool(resource.is_scim_managed)
    if can_write(connection) and not of_directory:
        return plan
    return replace(
        plan,
        mode=Operation.Mode.MANUAL,
        assignee=connection.owner,
        due_at=now() + BY_HAND_WITHIN,
        instructions=instructions(plan, request, of_directory=of_directory),
    )


def _under_way(plan: Plan) -> ProvisioningOperation | None:
    """An operation to the very same end that something else asked for.

    Of invitations each leads somewhere else, and one at a time is sent to an address.
    """
    if plan.kind == Operation.Kind.INVITATION and plan.action == Operation.Action.ADD:
        return None
    return Operation.objects.filter(
        connection=plan.connection,
        action=plan.action,
        target_kind=plan.kind,
        target_id=plan.target_id,
        parent_id=plan.parent_id,
        role=plan.role,
        state__in=Operation.OPEN,
    ).first()
