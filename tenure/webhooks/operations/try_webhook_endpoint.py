from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.webhooks import queries
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from tenure.webhooks.publishing import publish, send
from tenure.webhooks.types import TEST


@transaction.atomic
def try_webhook_endpoint(*, ref: UUID | str, actor: Actor) -> WebhookDelivery:
    """Send a test event to an endpoint, on the way that every event takes. Conflict while off."""
    actor.require("settings.manage")
    endpoint = queries.endpoint_to_change(ref, actor=actor)
    if endpoint.state == WebhookEndpoint.State.OFF:
        raise Conflict(f"{endpoint.name} is off; switch it on first.")
    publish(TEST, "webhook_endpoint", [endpoint.ref])
    of_it = WebhookEvent.objects.filter(subject_kind="webhook_endpoint", subject_ref=endpoint.ref)
    newest = of_it.order_by("-sequence")[:1].get()
    # It goes to this one, which need not have chosen it, and to no other.
    WebhookDelivery.objects.filter(event=newest).delete()
    send(of_it.filter(pk=newest.pk), endpoint, at=now())
    audit.record(
        "webhook_endpoint.tried", actor=actor, subject=endpoint, text={"name": endpoint.name}
    )
    return WebhookDelivery.objects.get(endpoint=endpoint, event=newest)
