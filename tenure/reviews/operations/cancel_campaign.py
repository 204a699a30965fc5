from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid
from tenure.reviews import queries, rules
from tenure.reviews.models import Campaign
from tenure.reviews.publishing import publish_state


@transaction.atomic
def cancel_campaign(*, ref: UUID | str, reason: str, actor: Actor) -> Campaign:
    """End a campaign without any consequence. What was frozen and decided is kept, sealed."""
    campaign = queries.campaign_to_change(ref, actor=actor)
    rules.check_verb("cancel", campaign.state, title=campaign.title)
    said = " ".join(reason.split())[: rules.LONGEST]
    if not said:
        raise Invalid("Say why it is cancelled: the auditor reads it.", field="reason")
    campaign.state, campaign.reason = Campaign.State.CANCELLED, said
    campaign.cancelled_at, campaign.cancelled_by = now(), actor.named[:100]
    campaign.recurs_at = None
    campaign.save(update_fields=["state", "reason", "cancelled_at", "cancelled_by", "recurs_at"])
    publish_state(campaign)
    audit.record(
        "campaign.cancelled",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title, "reason": said},
    )
    return campaign
