from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import keyring, queries, rules
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict


@transaction.atomic
def withdraw_removal_key(*, ref: UUID | str, actor: Actor) -> Connection:
    """Forget the removal key. Removal goes off unless the everyday key may write."""
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    rules.next_state("change", connection.state, name=connection.name)
    if not keyring.wipe_key(connection, keyring.Purpose.REMOVAL):
        raise Conflict(f"{connection.name} has no removal key; reload the page to see it as it is.")
    connection.removal_is_on = connection.removal_is_on and keyring.may_write(connection)
    connection.save(update_fields=["removal_is_on"])
    audit.record(
        "connection.removal_key_withdrawn",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        removal_is_on=connection.removal_is_on,
    )
    return connection
