from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.provisioning import queries, rules, words
from tenure.provisioning.following import work_soon
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.saying import move
from tenure.users.in_person import check_in_person


@transaction.atomic
def approve_operation(*, ref: UUID | str, actor: Actor) -> ProvisioningOperation:
    """Approve, as a second person, what one person alone must not do."""
    operation = queries.operation_to_change(ref, actor=actor, permission="provisioning.approve")
    check_in_person(actor=actor)
    rules.check_verb("approve", operation.state, label=operation.label)
    approver, what = actor.person_id or "", words.doing(operation)
    rules.check_second_person(asked=operation.planned_by_person, approver=approver, what=what)
    if not operation.is_removal and operation.person is not None:
        rules.check_not_their_own(gets=str(operation.person.ref), approver=approver, what=what)
    move(
        operation,
        ProvisioningOperation.State.QUEUED,
        kind=OperationStep.Kind.APPROVED,
        actor=actor,
        text="Approved by a second person.",
        approved_at=now(),
        approved_by=actor.label[:100],
        approved_by_person=actor.person_id or "",
    )
    audit.record(
        "operation.approved",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label},
    )
    work_soon([operation])
    return operation
