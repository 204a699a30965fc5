from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries, rules, wording
from tenure.connections.models import Connection, ConnectionKey
from tenure.connections.telling import moment, tell
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def tell_key_expiry(*, ref: UUID | str, actor: Actor) -> int:
    """Tell owner and admins which keys expire within 14 days, within 3, or have expired.

    Each of the three is told once for a key; one whose end moved, or that took its place, begins
    anew. How many keys there was something to tell of.
    """
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    told = 0
    for key in queries.keys_of(connection, actor=actor):
        expiry = rules.expiry(key.expires_at, at=now())
        if rules.must_tell_expiry(told=key.expiry_told, now=expiry):
            _tell(connection, key, expiry, actor=actor)
            told += 1
    return told


def _tell(
    connection: Connection, key: ConnectionKey, expiry: rules.Expiry, *, actor: Actor
) -> None:
    assert key.expires_at is not None  # noqa: S101 - what never expires is never told
    is_everyday = key.purpose == ConnectionKey.Purpose.EVERYDAY
    tell(
        "key_expired" if expiry == "expired" else "key_expiring",
        connection,
        to=queries.users_to_tell(connection, actor=actor),
        page="connections:key" if is_everyday else "connections:removal-key",
        purpose=key.get_purpose_display().lower(),
        hint=key.hint,
        when=wording.in_days(key.expires_at, at=now()),
        on=moment(key.expires_at),
        consequence=wording.KEY_ENDS[key.purpose],
        actor=actor,
    )
    key.expiry_told = expiry
    key.save(update_fields=["expiry_told"])
    audit.record(
        "connection.key_expiry_told",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        purpose=key.purpose,
        expiry=key.get_expiry_told_display().lower(),
        expires_at=key.expires_at,
    )
