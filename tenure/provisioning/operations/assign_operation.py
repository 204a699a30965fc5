from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.provisioning import queries
from tenure.provisioning.models import ProvisioningOperation


@transaction.atomic
def assign_operation(
    *, ref: UUID | str, email: str, due_at: datetime | None = None, actor: Actor
) -> ProvisioningOperation:
    """Say who does it by hand, and until when."""
    operation = queries.operation_to_change(ref, actor=actor, permission="provisioning.run")
    if operation.mode != operation.Mode.MANUAL or operation.state in operation.SETTLED:
        raise Conflict(f"{operation.label} is not waiting to be done by hand.")
    operation.assignee = queries.colleague_by_email(email, actor=actor)
    operation.due_at = due_at or operation.due_at
    operation.save(update_fields=["assignee", "due_at"])
    audit.record(
        "operation.assigned",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label, "assignee": operation.assignee.email},
    )
    return operation
