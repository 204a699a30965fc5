from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.lib.ids import uuid7
from tenure.lib.text import fold_email
from tenure.people import states
from tenure.people.models import Person
from tenure.provisioning import guarding, words
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.planned import Cause, Plan
from tenure.provisioning.saying import behind, step

Kind = ProvisioningOperation.Kind
_GO_BY_ADDRESS = (Kind.MEMBER, Kind.INVITATION)


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
    operation = ProvisioningOperation(
        connection=connection,
        mode=plan.mode,
        action=plan.action,
        target_kind=plan.kind,
        target_id=plan.target_id,
        parent_id=plan.parent_id,
        role=plan.role,
        identity=msgspec.to_builtins(plan.identity),
        email_key=fold_email(plan.identity.email) if plan.kind in _GO_BY_ADDRESS else "",
        label=plan.label[:320] or plan.target_id,
        place=plan.place[:300],
        account=plan.account,
        person=plan.person,
        of_leaver=plan.person is not None and _is_out(plan.person),
        cause_kind=cause.kind,
        cause_ref=str(cause.ref),
        why=cause.why[:500],
        batch=batch,
        rank=plan.rank,
        planned_at=now(),
        planned_by=actor.label[:100],
        planned_by_person=behind(actor),
        assignee=plan.assignee,
        due_at=plan.due_at,
        instructions=plan.instructions,
    )
    if operation.mode == operation.Mode.CONNECTOR and guarding.needs_second_person(operation):
        _leave_to_two(operation)
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
        by=actor.label,
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
    return operation


def _leave_to_two(operation: ProvisioningOperation) -> None:
    """Where nobody could ever approve it, it is done by hand, in front of the provider's own."""
    operation.needs_second_person = guarding.second_person_exists(operation.planned_by_person)
    if not operation.needs_second_person:
        operation.mode = operation.Mode.MANUAL
        operation.instructions = operation.instructions or words.NO_SECOND_PERSON


def _is_out(person: Person) -> bool:
    out = states.may_not_hold_access(at=now())
    return Person.objects.filter(out, pk=person.pk).exists()
