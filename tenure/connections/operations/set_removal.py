from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import keyring, queries, rules
from tenure.connections.models import Connection
from tenure.lib.actor import Actor


@transaction.atomic
def set_removal(*, ref: UUID | str, is_on: bool, actor: Actor) -> Connection:
    """Allow, or no longer allow, that Tenure takes access away through this connection."""
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    rules.next_state("change", connection.state, name=connection.name)
    if is_on:
        rules.check_has_key(is_uploaded=connection.is_uploaded, name=connection.name)
    rules.check_removal(wanted=is_on, keys=keyring.powers(connection))
    before, connection.removal_is_on = connection.removal_is_on, is_on
    connection.save(update_fields=["removal_is_on"])
    audit.record(
        "connection.removal_set",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        before=before,
        after=is_on,
    )
    return connection
