"""Keeping what a mail says unreadable in the database until it is sent."""

from __future__ import annotations

import msgspec
from django.conf import settings

from tenure.lib.secrets import Envelope
from tenure.notifications.models import OutboxMessage


def seal(message: OutboxMessage, fields: dict[str, str]) -> None:
    """Put the fields into the unsaved message."""
    keep(
        message,
        settings.TENURE_ROOT_KEYS.seal(
            msgspec.json.encode(fields).decode(), context=_context(message)
        ),
    )


def unseal(message: OutboxMessage) -> dict[str, str]:
    opened = settings.TENURE_ROOT_KEYS.open(envelope(message), context=_context(message))
    return msgspec.json.decode(opened, type=dict[str, str])


def rewrap(message: OutboxMessage) -> None:
    """The same fields under the root key in force."""
    keep(message, settings.TENURE_ROOT_KEYS.rewrap(envelope(message), context=_context(message)))


def envelope(message: OutboxMessage) -> Envelope:
    return Envelope(
        message.key_id, bytes(message.wrapped_key or b""), bytes(message.ciphertext or b"")
    )


def keep(message: OutboxMessage, sealed: Envelope) -> None:
    message.key_id = sealed.key_id
    message.wrapped_key, message.ciphertext = sealed.wrapped_key, sealed.ciphertext


def _context(message: OutboxMessage) -> str:
    return f"outbox message {message.ref}"
