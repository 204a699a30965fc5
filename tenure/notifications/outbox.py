"""Writing messages into the outbox, in the caller's transaction."""

from __future__ import annotations

from tenure.jobs.follow_ups import announce
from tenure.notifications import rules, sealing
from tenure.notifications.models import OutboxMessage, Target


def write(
    kind: str, fields: dict[str, str], *, to: str = "", target: Target | None = None
) -> OutboxMessage:
    """A message that leaves after the transaction, and only if that commits."""
    rules.compose(kind, fields)
    message = OutboxMessage(to=to, target=target, kind=kind)
    sealing.seal(message, fields)
    message.save()
    announce("mail.queued", message_ref=str(message.ref))
    return message
