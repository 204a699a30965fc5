from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.webhooks import queries


@transaction.atomic
def remove_webhook_endpoint(*, ref: UUID | str, actor: Actor) -> str:
    """Tell an endpoint nothing more, and forget its secret and deliveries; its name."""
    actor.require("settings.manage")
    endpoint = queries.endpoint_to_change(ref, actor=actor)
    audit.record(
        "webhook_endpoint.removed",
        actor=actor,
        subject=endpoint,
        text={"name": endpoint.name},
        waiting=endpoint.deliveries.filter(state="waiting").count(),
    )
    endpoint.delete()
    return endpoint.name
