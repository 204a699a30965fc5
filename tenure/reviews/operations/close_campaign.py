from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.reviews import queries, remedying, rules, standing
from tenure.reviews.models import Campaign, CampaignSignOff
from tenure.reviews.publishing import publish_state
from tenure.reviews.telling import unanswered
from tenure.users.in_person import check_in_person


@transaction.atomic
def close_campaign(*, ref: UUID | str, actor: Actor) -> Campaign:
    """End deciding, and take away what was decided to go. Complete at once when that is nothing.

    Conflict while something is not submitted, or not signed off where that is asked for.
    """
    check_in_person(actor=actor)
    campaign = queries.campaign_to_change(ref, actor=actor)
    rules.check_verb("close", campaign.state, title=campaign.title)
    rules.check_close(
        waiting=unanswered(campaign),
        needs_sign_off=campaign.needs_sign_off,
        is_signed_off=CampaignSignOff.objects.filter(campaign=campaign).exists(),
    )
    campaign.state, campaign.closed_at = Campaign.State.REMEDIATION, now()
    campaign.closed_by = actor.named[:100]
    campaign.save(update_fields=["state", "closed_at", "closed_by"])
    publish_state(campaign)
    number = remedying.begin(campaign, actor=actor)
    audit.record(
        "campaign.closed",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title},
        remediation=number,
    )
    standing.settle(campaign, actor=actor)
    return campaign
