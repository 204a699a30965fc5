from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries as connection_queries
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.provisioning import braking, queries
from tenure.provisioning.following import work_soon
from tenure.provisioning.models import BrakeRelease, OperationStep, ProvisioningOperation
from tenure.provisioning.saying import move
from tenure.users.in_person import check_in_person


@transaction.atomic
def release_brake(
    *, connection_ref: UUID | str, batch: UUID | str | None = None, actor: Actor
) -> BrakeRelease:
    """Let what the brake of a connection keeps pass, as a second person: all of it, or one batch.

    What is planned later is braked anew. Conflict when nothing waits.
    """
    connection = connection_queries.connection_by_ref(connection_ref, actor=actor)
    actor.require("provisioning.approve", connection=str(connection.ref))
    check_in_person(actor=actor)
    waiting = queries.braked(connection, actor=actor)
    if batch is not None:
        waiting = waiting.filter(batch=batch)
    kept = list(waiting)
    if not kept:
        raise Conflict(f"The brake of {connection.name} keeps nothing at the moment.")
    braking.check_second_person(kept, approver=actor.person_id or "")
    release = BrakeRelease.objects.create(
        connection=connection,
        batch=batch,
        at=now(),
        by=actor.label[:100],
        by_person=actor.person_id or "",
        count=len(kept),
    )
    for operation in kept:
        move(
            operation,
            ProvisioningOperation.State.QUEUED,
            kind=OperationStep.Kind.RELEASED,
            actor=actor,
            release=release,
        )
    audit.record(
        "brake.released",
        actor=actor,
        subject=connection,
        connection=connection,
        text={"connection": connection.name},
        count=len(kept),
        batch=str(batch) if batch else None,
    )
    work_soon(kept)
    return release
