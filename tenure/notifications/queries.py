"""Reading the outbox. Mails are seen by whoever manages users, and delivered by the worker."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.notifications.models import OutboxMessage


def mails(*, actor: Actor) -> QuerySet[OutboxMessage]:
    """Newest first."""
    visible = OutboxMessage.objects.all() if _may_see(actor) else OutboxMessage.objects.none()
    return visible.order_by("-id")


def queued_mail(message_ref: UUID, *, actor: Actor) -> OutboxMessage | None:
    """The mail while it waits; None once it was sent or given up."""
    return mails(actor=actor).filter(ref=message_ref, state=OutboxMessage.State.QUEUED).first()


def mail_to_change(message_ref: UUID, *, actor: Actor) -> OutboxMessage:
    queued = mails(actor=actor).filter(ref=message_ref, state=OutboxMessage.State.QUEUED)
    if message := queued.select_for_update().first():
        return message
    raise NotFound("No such mail is waiting; reload the page.")


def _may_see(actor: Actor) -> bool:
    return actor.kind in ("job", "system") or actor.may("users.manage")
