from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.reviews import queries, rules
from tenure.reviews.models import Campaign
from tenure.reviews.publishing import publish_state
from tenure.reviews.telling import tell_reviewers


@transaction.atomic
def open_campaign(*, ref: UUID | str, actor: Actor) -> Campaign:
    """Ask the reviewers to decide. From here on scope and snapshot stay as they are.

    Conflict while there is nothing to decide, or nobody to ask about some of it.
    """
    campaign = queries.campaign_to_change(ref, actor=actor)
    rules.check_verb("open", campaign.state, title=campaign.title)
    at = now()
    assert campaign.snapshot is not None  # noqa: S101 - a constraint says so
    items = campaign.snapshot.items
    if not campaign.snapshot.rows:
        raise Conflict("There is nothing to review in this scope; take it back and widen it.")
    if nobody := items.filter(reviewer=None).count():
        raise Conflict(
            f"Nobody is found to review {nobody:,} items: name a fallback and stage again, or give "
            "the items to somebody."
        )
    if campaign.due_at <= at:
        raise Conflict("The due date has passed; take the campaign back and set another.")
    campaign.state, campaign.opened_at = Campaign.State.OPEN, at
    campaign.opened_by = actor.named[:100]
    campaign.save(update_fields=["state", "opened_at", "opened_by"])
    publish_state(campaign)
    tell_reviewers(campaign, topic="review_asked", occasion="start", actor=actor)
    audit.record(
        "campaign.opened",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title},
        items=campaign.snapshot.rows,
        reviewers=items.order_by().values("reviewer").distinct().count(),
    )
    return campaign
