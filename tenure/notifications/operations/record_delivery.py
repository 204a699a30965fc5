from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications import queries, rules
from tenure.notifications.models import OutboxMessage

_WIPED = {"key_id": "", "wrapped_key": None, "ciphertext": None}


@transaction.atomic
def record_delivery(*, message_ref: UUID, error: str | None, actor: Actor) -> OutboxMessage:
    """Note how one attempt went. Sent or given up, what the mail said is wiped."""
    message = queries.mail_to_change(message_ref, actor=actor)
    message.attempts += 1
    message.last_error = (error or "")[:200]
    if error is not None and rules.wait_before_retry(message.attempts) is not None:
        message.save(update_fields=["attempts", "last_error"])
        return message
    message.state = OutboxMessage.State.SENT if error is None else OutboxMessage.State.FAILED
    message.finished_at = now()
    for name, value in _WIPED.items():
        setattr(message, name, value)
    message.save(update_fields=["attempts", "last_error", "state", "finished_at", *_WIPED])
    verb = "mail.sent" if error is None else "mail.failed"
    audit.record(verb, actor=actor, subject=message, kind=message.kind, attempts=message.attempts)
    return message
