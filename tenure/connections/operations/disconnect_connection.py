from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import keyring, queries, rules
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.webhooks.publishing import publish


@transaction.atomic
def disconnect_connection(*, ref: UUID | str, actor: Actor) -> Connection:
    """Wipe the keys and stop reading. The history stays, and connecting again continues it."""
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    before = connection.state
    connection.state = rules.next_state("disconnect", before, name=connection.name)
    connection.state_changed_at, connection.state_reason = now(), ""
    connection.removal_is_on = False
    forgotten = connection.forget_everything_told()
    connection.save(
        update_fields=["state", "state_changed_at", "state_reason", "removal_is_on", *forgotten]
    )
    publish(
        "connection.disconnected",
        "connection",
        [connection.ref],
        connection=connection.ref,
        data={"before": before, "state": connection.state},
    )
    audit.record(
        "connection.disconnected",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        before=before,
        keys=keyring.wipe_keys(connection),
    )
    return connection
