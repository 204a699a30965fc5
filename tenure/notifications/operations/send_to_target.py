from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.notifications import outbox
from tenure.notifications.models import OutboxMessage, Target


@transaction.atomic
def send_to_target(
    *, target: Target, kind: str, fields: dict[str, str], actor: Actor
) -> OutboxMessage:
    """Write a message to a target, which leaves as mails do.

    Whoever may do the thing it tells of may send it: there is no permission of its own.
    """
    message = outbox.write(kind, fields, target=target)
    audit.record(
        "target_message.queued",
        actor=actor,
        subject=message,
        text={"target": target.name},
        kind=kind,
    )
    return message
