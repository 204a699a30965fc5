"""Keeping unreadable in the database what messages say and where targets are."""

from __future__ import annotations

import msgspec
from django.conf import settings

from tenure.lib import structs
from tenure.lib.secrets import Envelope
from tenure.notifications.models import OutboxMessage, Sealed

SEALED = ("key_id", "wrapped_key", "ciphertext")
_fields = structs.decoder(dict[str, str])


def seal(message: OutboxMessage, fields: dict[str, str]) -> None:
    """Put the fields into the unsaved message."""
    seal_text(message, msgspec.json.encode(fields).decode())


def unseal(message: OutboxMessage) -> dict[str, str]:
    return _fields.decode(unseal_text(message))


def seal_text(row: Sealed, text: str) -> None:
    keep(row, settings.TENURE_ROOT_KEYS.seal(text, context=row.seal_context))


def unseal_text(row: Sealed) -> str:
    opened: str = settings.TENURE_ROOT_KEYS.open(envelope(row), context=row.seal_context)
    return opened


def rewrap(row: Sealed) -> None:
    """The same text under the root key in force."""
    keep(row, settings.TENURE_ROOT_KEYS.rewrap(envelope(row), context=row.seal_context))


def envelope(row: Sealed) -> Envelope:
    return Envelope(row.key_id, bytes(row.wrapped_key or b""), bytes(row.ciphertext or b""))


def keep(row: Sealed, sealed: Envelope) -> None:
    row.key_id = sealed.key_id
    row.wrapped_key, row.ciphertext = sealed.wrapped_key, sealed.ciphertext


def wipe(row: Sealed) -> None:
    """Forget the text; save SEALED."""
    row.key_id, row.wrapped_key, row.ciphertext = "", None, None
