from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries, rules
from tenure.connections.models import Connection
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.webhooks.publishing import publish


@transaction.atomic
def resume_connection(*, ref: UUID | str, actor: Actor) -> Connection:
    """Read this organization again, at once and then at its interval."""
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    before = connection.state
    connection.state = rules.next_state("resume", before, name=connection.name)
    connection.state_changed_at, connection.paused_by = now(), None
    connection.save(update_fields=["state", "state_changed_at", "paused_by"])
    publish(
        "connection.resumed",
        "connection",
        [connection.ref],
        connection=connection.ref,
        data={"before": before, "state": connection.state},
    )
    audit.record(
        "connection.resumed",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        before=before,
        after=connection.state,
    )
    announce("connection.ready", connection_ref=str(connection.ref))
    return connection
