from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import keyring, queries, rules
from tenure.connections.connecting import Judged
from tenure.connections.models import Connection
from tenure.lib.actor import Actor


@transaction.atomic
def add_removal_key(*, ref: UUID | str, judged: Judged, actor: Actor) -> Connection:
    """Store a key that is used only for changes; an earlier one is replaced.

    `judged` is of the removal key by itself. Removal stays as it is: turning it on is a decision
    of its own.
    """
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    rules.next_state("change", connection.state, name=connection.name)
    rules.check_same_organization(
        connected=connection.organization_id, typed=judged.credentials.organization_id
    )
    rules.check_removal_key(kind=judged.everyday.key_kind, proven=judged.everyday.may_write)
    replaced = keyring.has_key(connection, keyring.Purpose.REMOVAL)
    keyring.store_key(
        connection, keyring.Purpose.REMOVAL, judged.credentials.api_key, judged.everyday
    )
    audit.record(
        "connection.removal_key_added",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        key_kind=judged.everyday.key_kind,
        replaced=replaced,
    )
    return connection
