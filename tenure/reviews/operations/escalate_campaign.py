from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import quantity
from tenure.reviews import queries
from tenure.reviews.models import Campaign
from tenure.reviews.publishing import publish_of
from tenure.reviews.telling import left_in_words, reviewers_with_work, tell_managers


@transaction.atomic
def escalate_campaign(*, ref: UUID | str, actor: Actor) -> bool:
    """Tell those who manage it that a campaign is past its due date, once; True the first time.

    What is undecided stays undecided: nothing is kept or removed by the passing of time.
    """
    campaign = queries.campaign_to_change(ref, actor=actor)
    at = now()
    is_due = campaign.state == Campaign.State.OPEN and campaign.due_at <= at
    if not is_due or campaign.escalated_at is not None:
        return False
    left = reviewers_with_work(campaign)
    if not left:
        return False
    number = sum(count for _, count in left)
    waiting = quantity(number, "item waits", "items wait")
    tell_managers(
        campaign,
        topic="review_overdue",
        occasion="overdue",
        what=f"{waiting} for {left_in_words(left)}.",
        actor=actor,
    )
    campaign.escalated_at = at
    campaign.save(update_fields=["escalated_at"])
    publish_of(campaign, "overdue", waiting=number, reviewers=len(left))
    audit.record(
        "campaign.escalated",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title},
        items=number,
        reviewers=len(left),
    )
    return True
