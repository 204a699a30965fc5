from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications import queries, rules, sealing
from tenure.notifications.models import OutboxMessage, Target


@transaction.atomic
def record_delivery(*, message_ref: UUID, error: str | None, actor: Actor) -> OutboxMessage:
    """Note how one attempt went. Sent or given up, what the message said is wiped."""
    message = queries.mail_to_change(message_ref, actor=actor)
    message.attempts += 1
    message.last_error = (error or "")[:200]
    if message.target is not None:
        _note(message.target, message.last_error)
    if error is not None and rules.wait_before_retry(message.attempts) is not None:
        message.save(update_fields=["attempts", "last_error"])
        return message
    message.state = OutboxMessage.State.SENT if error is None else OutboxMessage.State.FAILED
    message.finished_at = now()
    sealing.wipe(message)
    message.save(update_fields=["attempts", "last_error", "state", "finished_at", *sealing.SEALED])
    what = "mail" if message.target is None else "target_message"
    audit.record(
        f"{what}.{message.state}",
        actor=actor,
        subject=message,
        text={"target": message.target.name} if message.target else {},
        kind=message.kind,
        attempts=message.attempts,
    )
    return message


def _note(target: Target, error: str) -> None:
    """What the page of targets shows: since when it fails, and why; or when it last worked."""
    target.last_error = error
    if error:
        target.failed_at = target.failed_at or now()
    else:
        target.delivered_at, target.failed_at = now(), None
    target.save(update_fields=["last_error", "failed_at", "delivered_at"])
