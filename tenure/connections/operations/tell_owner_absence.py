from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries
from tenure.connections.models import Connection
from tenure.connections.telling import tell
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def tell_owner_absence(*, ref: UUID | str, actor: Actor) -> Connection:
    """Tell the admins, once for each absence, that a connection's owner has left."""
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    is_gone = connection.owner_is_gone
    if is_gone == (connection.owner_absence_told_at is not None):
        return connection
    if is_gone:
        tell(
            "owner_gone",
            connection,
            to=queries.users_to_tell(connection, and_owner=False, actor=actor),
            page="connections:settings",
            owner=str(connection.owner),
            actor=actor,
        )
    connection.owner_absence_told_at = now() if is_gone else None
    connection.save(update_fields=["owner_absence_told_at"])
    audit.record(
        "connection.owner_absence_told" if is_gone else "connection.owner_returned",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
    )
    return connection
