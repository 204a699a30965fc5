from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.provisioning import queries, rules, words
from tenure.provisioning.following import work_soon
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.saying import behind, move

State = ProvisioningOperation.State


@transaction.atomic
def start_operations(*, batch: UUID | str, actor: Actor) -> list[ProvisioningOperation]:
    """Let go what was planned together. What needs a second person waits for one."""
    planned = queries.planned_of_batch(batch, actor=actor)
    for operation in planned:
        connection = operation.connection
        actor.require("provisioning.run", connection=str(connection.ref) if connection else None)
        rules.check_verb("start", operation.state, label=operation.label)
        needs = _needs_second_person(operation)
        move(
            operation,
            State.AWAITING_APPROVAL if needs else State.QUEUED,
            kind=OperationStep.Kind.APPROVED,
            actor=actor,
            reason=words.ask_another(operation.planned_by) if needs else "",
            started_by_person=behind(actor),
        )
    if planned:
        audit.record(
            "operations.started",
            actor=actor,
            subject=audit.Subject("batch", str(batch)),
            count=len(planned),
            needing_a_second_person=sum(map(_needs_second_person, planned)),
        )
    work_soon(planned)
    return planned


def _needs_second_person(operation: ProvisioningOperation) -> bool:
    """Unless one approved it before it was planned."""
    return operation.needs_second_person and not operation.approved_by_person
