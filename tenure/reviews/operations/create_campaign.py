from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.reviews import settings_of
from tenure.reviews.models import Campaign
from tenure.reviews.publishing import publish_state
from tenure.reviews.settings_of import Settings


@transaction.atomic
def create_campaign(*, settings: Settings, actor: Actor) -> Campaign:
    """Draft a round of access review. Nothing is frozen and nobody is asked yet."""
    campaign = Campaign(created_at=now(), created_by=actor.named[:100])
    connections = settings_of.apply(campaign, settings, actor=actor)
    campaign.save(force_insert=True)
    campaign.connections.set(connections)
    publish_state(campaign)
    audit.record(
        "campaign.created",
        actor=actor,
        subject=campaign,
        connection=connections[0] if len(connections) == 1 else None,
        text={"title": campaign.title},
        scope=campaign.scope,
        rule=campaign.rule,
        connections=[str(one.ref) for one in connections],
    )
    return campaign
