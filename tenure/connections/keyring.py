"""Sealing and unsealing the keys of a connection. Nothing else touches their ciphertext."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from tenure.connections import rules, uploading
from tenure.connections.models import Connection, ConnectionKey
from tenure.connectors.base import Credentials, Validation
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.lib.secrets import CannotDecrypt, RootKeys
from tenure.lib.text import last_four

Purpose = ConnectionKey.Purpose


def context_of(connection: Connection, purpose: str) -> str:
    """What an envelope is sealed for: moved to another row, it does not open."""
    return f"connection:{connection.ref}:{purpose}"


def store_key(
    connection: Connection, purpose: ConnectionKey.Purpose, secret: str, validation: Validation
) -> ConnectionKey:
    """Seal the key; an earlier one for the same purpose is overwritten."""
    envelope = settings.TENURE_ROOT_KEYS.seal(secret, context=context_of(connection, purpose))
    key, _ = ConnectionKey.objects.update_or_create(
        connection=connection,
        purpose=purpose,
        defaults={
            "key_id": envelope.key_id,
            "wrapped_key": envelope.wrapped_key,
            "ciphertext": envelope.ciphertext,
            "hint": last_four(secret),
            "stored_at": now(),
            "expiry_told": "",
            **judged_fields(validation),
        },
    )
    return key


def judged_fields(validation: Validation) -> dict[str, Any]:
    """What a validation says of a key, as the columns of ConnectionKey."""
    expires_at = validation.key_expires_at
    return {
        "kind": validation.key_kind,
        "may_write": validation.may_write,
        "owner_id": (validation.key_owner_id or "")[:100],
        "owner_name": (validation.key_owner or "")[:200],
        "expires_at": None if expires_at is None else datetime.fromtimestamp(expires_at, UTC),
    }


def open_key(connection: Connection, purpose: ConnectionKey.Purpose) -> str:
    """The key itself. Conflict when there is none, or when the root key is another one."""
    key = ConnectionKey.objects.filter(connection=connection, purpose=purpose).first()
    if key is None:
        raise Conflict(f"{connection.name} has no key; connect the organization again.")
    try:
        opened: str = settings.TENURE_ROOT_KEYS.open(
            key.envelope, context=context_of(connection, purpose)
        )
    except CannotDecrypt:
        raise Conflict(
            f"The key of {connection.name} was sealed under another root key; replace it, or start"
            " Tenure with the root key it was sealed under."
        ) from None
    return opened


def credentials(connection: Connection, purpose: ConnectionKey.Purpose) -> Credentials:
    """What a connector needs to speak for this connection with that key, and no other key; or the
    file in force, where there is none."""
    if connection.is_uploaded:
        return Credentials(
            organization_id=connection.organization_id,
            api_key="",
            upload=uploading.latest(connection),
        )
    return Credentials(
        organization_id=connection.organization_id,
        api_key=open_key(connection, purpose),
        base_url=connection.base_url,
    )


def has_key(connection: Connection, purpose: ConnectionKey.Purpose) -> bool:
    return any(key.purpose == purpose for key in connection.keys.all())


def powers(connection: Connection) -> list[tuple[str, bool | None]]:
    """Of each stored key its kind, and whether it is proven to write; as the rules ask for it."""
    of_connection = ConnectionKey.objects.filter(connection=connection)
    return list(of_connection.values_list("kind", "may_write"))


def may_write(connection: Connection) -> bool:
    """True when some stored key may be trusted with removals."""
    return any(rules.may_write(kind=kind, proven=proven) for kind, proven in powers(connection))


def remember(
    connection: Connection, purpose: ConnectionKey.Purpose, validation: Validation
) -> None:
    """Keep what a new judgement showed of a stored key."""
    fields = judged_fields(validation)
    stored = ConnectionKey.objects.filter(connection=connection, purpose=purpose)
    stored.exclude(expires_at=fields["expires_at"]).update(expiry_told="")
    stored.update(**fields)


def check_unchanged(connection: Connection, judged: Credentials) -> None:
    """Conflict unless the judged keys are the stored ones; the connection is locked."""
    stored = credentials(connection, Purpose.EVERYDAY).api_key
    removal = (
        open_key(connection, Purpose.REMOVAL) if has_key(connection, Purpose.REMOVAL) else None
    )
    if (stored, removal) != (judged.api_key, judged.removal_key):
        raise Conflict(f"A key of {connection.name} was changed meanwhile; check it again.")


def rewrap(key: ConnectionKey, root_keys: RootKeys) -> bool:
    """Seal the key's data key under the root key in force; False when no root key here opens it."""
    try:
        envelope = root_keys.rewrap(key.envelope, context=context_of(key.connection, key.purpose))
    except CannotDecrypt:
        return False
    key.key_id, key.wrapped_key = envelope.key_id, envelope.wrapped_key
    key.save(update_fields=["key_id", "wrapped_key"])
    return True


def wipe_key(connection: Connection, purpose: ConnectionKey.Purpose) -> bool:
    """Forget one key; False when there was none."""
    return bool(ConnectionKey.objects.filter(connection=connection, purpose=purpose).delete()[0])


def wipe_keys(connection: Connection) -> int:
    """Forget every key of the connection."""
    return ConnectionKey.objects.filter(connection=connection).delete()[0]
