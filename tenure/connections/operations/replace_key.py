from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import keyring, queries, rules
from tenure.connections.connecting import Judged
from tenure.connections.models import Connection
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def replace_key(*, ref: UUID | str, judged: Judged, actor: Actor) -> Connection:
    """Put another everyday key in the place of this one: rotation, or the upgrade of a limited key.

    The connection stays the same, with its history and links, and is read at once. Strikes were
    the earlier key's; failing ends with the first read. Removal goes off when no key may write.
    """
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    rules.next_state("change", connection.state, name=connection.name)
    rules.check_same_organization(
        connected=connection.organization_id, typed=judged.credentials.organization_id
    )
    before = connection.validation.get("key_kind")
    connection.remember(judged.everyday, at=now())
    keyring.store_key(
        connection, keyring.Purpose.EVERYDAY, judged.credentials.api_key, judged.everyday
    )
    connection.removal_is_on = connection.removal_is_on and keyring.may_write(connection)
    forgotten = connection.forget_strikes()
    if connection.state == Connection.State.FAILING:
        connection.state_reason = "The key was replaced; the next read shows whether it works."
    connection.save(
        update_fields=[
            "validation",
            "validated_at",
            "removal_is_on",
            "state_reason",
            *forgotten,
        ]
    )
    audit.record(
        "connection.key_replaced",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        before=before,
        after=judged.everyday.key_kind,
        removal_is_on=connection.removal_is_on,
    )
    if connection.state != Connection.State.PAUSED:
        announce("connection.ready", connection_ref=str(connection.ref))
    return connection
