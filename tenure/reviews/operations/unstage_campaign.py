from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.reviews import queries, rules
from tenure.reviews.models import Campaign
from tenure.reviews.publishing import publish_state


@transaction.atomic
def unstage_campaign(*, ref: UUID | str, actor: Actor) -> Campaign:
    """Take a staged campaign back to a draft, to change its settings. Its snapshot is kept."""
    campaign = queries.campaign_to_change(ref, actor=actor)
    rules.check_verb("unstage", campaign.state, title=campaign.title)
    campaign.state, campaign.snapshot = Campaign.State.DRAFT, None
    campaign.save(update_fields=["state", "snapshot"])
    publish_state(campaign)
    audit.record("campaign.unstaged", actor=actor, subject=campaign, text={"title": campaign.title})
    return campaign
