from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.reviews import queries, rules
from tenure.reviews.telling import tell_reviewers


@transaction.atomic
def remind_reviewers(*, ref: UUID | str, actor: Actor) -> int:
    """Tell each reviewer who has something left, at most once an hour; how many have."""
    campaign = queries.campaign_to_change(ref, actor=actor)
    rules.check_verb("remind", campaign.state, title=campaign.title)
    occasion = f"{now():%Y%m%d%H}"
    told = tell_reviewers(campaign, topic="review_due", occasion=occasion, actor=actor)
    audit.record(
        "campaign.reminded",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title},
        reviewers=told,
    )
    return told
