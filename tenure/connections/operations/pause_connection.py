from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries, rules
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import queries as users
from tenure.webhooks.publishing import publish


@transaction.atomic
def pause_connection(*, ref: UUID | str, actor: Actor) -> Connection:
    """Stop reading and changing this organization until it is resumed. Keys and history stay."""
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    before = connection.state
    connection.state = rules.next_state("pause", before, name=connection.name)
    connection.state_changed_at, connection.state_reason = now(), ""
    connection.paused_by = users.acting_user(actor=actor)
    forgotten = connection.forget_strikes()
    connection.save(
        update_fields=["state", "state_changed_at", "state_reason", "paused_by", *forgotten]
    )
    publish(
        "connection.paused",
        "connection",
        [connection.ref],
        connection=connection.ref,
        data={"before": before, "state": connection.state},
    )
    audit.record(
        "connection.paused",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        before=before,
        after=connection.state,
    )
    return connection
