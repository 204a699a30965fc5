from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.provisioning import queries, rules
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.saying import move


@transaction.atomic
def cancel_operation(*, ref: UUID | str, reason: str = "", actor: Actor) -> ProvisioningOperation:
    """Do not do it. What was sent already cannot be called back, and is not cancelled."""
    operation = queries.operation_to_change(ref, actor=actor, permission="provisioning.run")
    rules.check_verb("cancel", operation.state, label=operation.label)
    before = operation.state
    move(
        operation,
        ProvisioningOperation.State.CANCELLED,
        kind=OperationStep.Kind.CANCELLED,
        actor=actor,
        text=reason,
        reason=reason[:500],
    )
    audit.record(
        "operation.cancelled",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label, "reason": reason},
        before=before,
    )
    return operation
