from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.notifications import outbox
from tenure.notifications.models import OutboxMessage


@transaction.atomic
def send_mail(*, to: str, kind: str, fields: dict[str, str], actor: Actor) -> OutboxMessage:
    """Write a mail that leaves after the caller's transaction, and only if that commits.

    `fields` fill the sentences of the kind; `url`, absolute, stands behind the button. Whoever may
    do the thing the mail tells of may send it: there is no permission of its own.
    """
    message = outbox.write(kind, fields, to=to)
    audit.record("mail.queued", actor=actor, subject=message, text={"to": to}, kind=kind)
    return message
