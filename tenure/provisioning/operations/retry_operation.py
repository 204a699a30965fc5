from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.provisioning import guarding, queries, rules, words
from tenure.provisioning.following import work_soon
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.saying import move

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block


@transaction.atomic
def retry_operation(*, ref: UUID | str, actor: Actor) -> ProvisioningOperation:
    """Try again what is blocked or failed, beginning with a read.

    What turned out to be another than planned is planned anew as it was seen then, and compared
    with that: whoever tries again has read who it is. An owner needs a second person again.
    """
    operation = queries.operation_to_change(ref, actor=actor, permission="provisioning.run")
    rules.check_verb("retry", operation.state, label=operation.label)
    rules.check_retry(block=operation.block, label=operation.label)
    before = operation.block
    if before == Block.IDENTITY_CHANGED and operation.seen:
        operation.identity = operation.seen
    needs = before in (Block.IDENTITY_CHANGED, Block.CAME_BACK) and guarding.is_of_owner(operation)
    to = State.AWAITING_APPROVAL if needs else State.QUEUED
    move(
        operation,
        to,
        kind=OperationStep.Kind.RETRIED,
        actor=actor,
        reason=words.ask_another(operation.planned_by) if needs else "",
        identity=operation.identity,
        attempts=0,
        pauses=0,
        needs_second_person=operation.needs_second_person or needs,
        # What came back goes once more, and was not let past the brake for that.
        release=None if before == Block.CAME_BACK else operation.release,
    )
    audit.record(
        "operation.retried",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label},
        block=before,
    )
    work_soon([operation])
    return operation
