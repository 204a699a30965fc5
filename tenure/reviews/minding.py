"""What time does to campaigns: each step stands alone, and is done at most once for its moment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.reviews import queries
from tenure.reviews.models import Campaign
from tenure.reviews.operations.escalate_campaign import escalate_campaign
from tenure.reviews.operations.repeat_campaign import repeat_campaign
from tenure.reviews.operations.replace_reviewers import replace_reviewers
from tenure.reviews.operations.settle_campaign import settle_campaign
from tenure.reviews.reminder_rules import reminder
from tenure.reviews.telling import tell_managers, tell_reviewers, unanswered


def look_after_campaigns(*, actor: Actor) -> None:
    """Reminders, reviewers who left, what is overdue or can be closed, remediation, next rounds."""
    at = now()
    for campaign in queries.open_campaigns(actor=actor):
        replace_reviewers(ref=campaign.ref, actor=actor)
        escalate_campaign(ref=campaign.ref, actor=actor)
        _tell(campaign, at, actor=actor)
    for campaign in queries.campaigns_in_remediation(actor=actor):
        settle_campaign(ref=campaign.ref, actor=actor)
    for campaign in queries.campaigns_to_repeat(at, actor=actor):
        repeat_campaign(ref=campaign.ref, actor=actor)


@transaction.atomic
def _tell(campaign: Campaign, at: datetime, *, actor: Actor) -> None:
    told = 0
    if not unanswered(campaign):
        told = tell_managers(
            campaign,
            topic="review_moved",
            occasion="decided",
            what="everything is submitted, and it can be closed.",
            actor=actor,
        )
    elif campaign.sends_reminders and (
        occasion := reminder(due_at=campaign.due_at, opened_at=campaign.opened_at, at=at)
    ):
        told = tell_reviewers(campaign, topic="review_due", occasion=occasion, actor=actor)
    if told:
        audit.record("campaign.told", actor=actor, subject=campaign, text={"title": campaign.title})
