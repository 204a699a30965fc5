from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.reviews import queries, standing
from tenure.reviews.models import Campaign, Remediation
from tenure.reviews.publishing import publish_of


@transaction.atomic
def settle_campaign(*, ref: UUID | str, actor: Actor) -> Campaign:
    """See where the remediation of a campaign stands, after something of it moved."""
    campaign = queries.campaign_to_change(ref, actor=actor)
    if campaign.state != Campaign.State.REMEDIATION:
        return campaign
    before = _reopened(campaign)
    standing.settle(campaign, actor=actor)
    if (reopened := _reopened(campaign) - before) > 0:
        publish_of(campaign, "reopened", reopened=reopened)
        audit.record(
            "campaign.reopened",
            actor=actor,
            subject=campaign,
            text={"title": campaign.title},
            items=reopened,
        )
    return campaign


def _reopened(campaign: Campaign) -> int:
    counts = Remediation.objects.filter(campaign=campaign).values_list("reopened", flat=True)
    return sum(counts)
