from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.webhooks import queries
from tenure.webhooks.models import WebhookEndpoint

State = WebhookEndpoint.State


@transaction.atomic
def switch_webhook_endpoint(*, ref: UUID | str, on: bool, actor: Actor) -> WebhookEndpoint:
    """Send nothing to an endpoint, or send again. What happens while it is off is not told it;
    what waited when it was switched off is sent once it is on.
    """
    actor.require("settings.manage")
    endpoint = queries.endpoint_to_change(ref, actor=actor)
    if (endpoint.state != State.OFF) == on:
        raise Conflict(f"{endpoint.name} is {'on' if on else 'off'} already; reload the page.")
    before, endpoint.state = endpoint.state, State.ON if on else State.OFF
    endpoint.reason = "" if on else f"Switched off by {actor.label}."[:200]
    endpoint.failing_since = endpoint.told_at = None
    endpoint.save(update_fields=["state", "reason", "failing_since", "told_at"])
    audit.record(
        "webhook_endpoint.switched",
        actor=actor,
        subject=endpoint,
        text={"name": endpoint.name},
        before=before,
        after=endpoint.state,
    )
    if on:
        announce("webhook.waiting", to=endpoint.pk, of="on")
    return endpoint
