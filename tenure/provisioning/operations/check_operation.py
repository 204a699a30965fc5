from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.provisioning import queries, rules
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.saying import move
from tenure.users.in_person import check_in_person


@transaction.atomic
def check_operation(*, ref: UUID | str, actor: Actor) -> ProvisioningOperation:
    """Verify, as another person, what somebody did by hand."""
    operation = queries.operation_to_change(ref, actor=actor, permission="provisioning.run")
    check_in_person(actor=actor)
    if operation.mode != operation.Mode.MANUAL or operation.state != operation.State.DONE:
        raise Conflict(f"{operation.label} is not waiting to be checked.")
    rules.check_second_person(
        asked=operation.approved_by_person,
        approver=actor.person_id or "",
        what="Checking work by hand",
    )
    move(
        operation,
        ProvisioningOperation.State.VERIFIED,
        kind=OperationStep.Kind.APPROVED,
        actor=actor,
        text="Checked by another person.",
        verified_at=now(),
    )
    audit.record(
        "operation.checked",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label},
    )
    return operation
