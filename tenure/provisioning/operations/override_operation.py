from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.provisioning import queries, rules
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.saying import move
from tenure.users.in_person import check_in_person


@transaction.atomic
def override_operation(*, ref: UUID | str, reason: str, actor: Actor) -> ProvisioningOperation:
    """Close it without its being done, for a reason that stays on record."""
    operation = queries.operation_to_change(ref, actor=actor, permission="provisioning.approve")
    check_in_person(actor=actor)
    rules.check_verb("override", operation.state, label=operation.label)
    reason = rules.check_reason(reason)
    before = operation.state
    move(
        operation,
        ProvisioningOperation.State.OVERRIDDEN,
        kind=OperationStep.Kind.OVERRIDDEN,
        actor=actor,
        text=reason,
        reason=reason,
    )
    audit.record(
        "operation.overridden",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label, "reason": reason},
        before=before,
    )
    return operation
