from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.webhooks import queries
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint


@transaction.atomic
def retry_webhook_delivery(*, ref: UUID | str, actor: Actor) -> WebhookDelivery:
    """Send an event again, now: one that was given up, that waits, or that was taken and lost."""
    actor.require("settings.manage")
    delivery = queries.delivery_to_change(ref, actor=actor)
    endpoint = delivery.endpoint
    if endpoint.state == WebhookEndpoint.State.OFF:
        raise Conflict(f"{endpoint.name} is off; switch it on first.")
    delivery.state, delivery.attempts = WebhookDelivery.State.WAITING, 0
    delivery.since = delivery.due_at = now()
    delivery.save(update_fields=["state", "attempts", "since", "due_at"])
    audit.record(
        "webhook_delivery.retried",
        actor=actor,
        subject=delivery,
        text={"name": endpoint.name},
        type=delivery.event.type,
    )
    announce("webhook.waiting", to=endpoint.pk, of=delivery.pk)
    return delivery
