from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.lib.ids import uuid7
from tenure.people import states
from tenure.people.models import Person
from tenure.provisioning import guarding, planned, rules, words
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.planned import Approval, Cause, Plan
from tenure.provisioning.saying import publish_state, step


@transaction.atomic
def plan_operations(
    *, plans: Sequence[Plan], cause: Cause, batch: UUID | None = None, actor: Actor
) -> list[ProvisioningOperation]:
    """Write down what is to change, and freeze what it is about. Nothing is sent before `start`.

    Conflict when something of it is planned or under way already.
    """
    batch = batch or uuid7()
    return [_plan(plan, cause, batch, actor) for plan in plans]


def _plan(plan: Plan, cause: Cause, batch: UUID, actor: Actor) -> ProvisioningOperation:
    connection = plan.connection
    actor.require("provisioning.run", connection=str(connection.ref) if connection else None)
    operation = planned.as_operation(plan, cause=cause, batch=batch, actor=actor)
    operation.of_leaver = plan.person is not None and _is_out(plan.person)
    if operation.mode == operation.Mode.CONNECTOR and guarding.needs_second_person(operation):
        _leave_to_two(operation, plan)
    try:
        with transaction.atomic():
            operation.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            f"{operation.label} is planned or under way already; look at it under Operations."
        ) from None
    kind = OperationStep.Kind.PLANNED
    step(
        operation,
        kind,
        at=operation.planned_at,
        by=actor.named,
        detail={"frozen": operation.identity},
    )
    audit.record(
        "operation.planned",
        actor=actor,
        subject=operation,
        connection=connection,
        text={"label": operation.label, "why": operation.why},
        kind=operation.target_kind,
        action=operation.action,
        mode=operation.mode,
    )
    publish_state(operation)
    return operation


def _leave_to_two(operation: ProvisioningOperation, plan: Plan) -> None:
    """Where nobody could ever approve it, it is done by hand, in front of the provider's own."""
    if plan.approval is not None:
        _take_over(operation, plan.approval)
        return
    operation.needs_second_person = guarding.second_person_exists(operation.planned_by_person)
    if not operation.needs_second_person:
        operation.mode = operation.Mode.MANUAL
        operation.instructions = operation.instructions or words.no_second_person(operation)


def _take_over(operation: ProvisioningOperation, given: Approval) -> None:
    """It was approved already, by another person than who asked and than whoever gets it."""
    asked, approver, what = str(given.asked_by), str(given.by), words.doing(operation)
    rules.check_second_person(asked=asked, approver=approver, what=what)
    if not operation.is_removal and operation.person is not None:
        rules.check_not_their_own(gets=str(operation.person.ref), approver=approver, what=what)
    operation.needs_second_person = True
    operation.planned_by_person = asked
    operation.approved_at, operation.approved_by = given.at, given.name[:100]
    operation.approved_by_person = approver


def _is_out(person: Person) -> bool:
    out = states.may_not_hold_access(at=now())
    return Person.objects.filter(out, pk=person.pk).exists()
