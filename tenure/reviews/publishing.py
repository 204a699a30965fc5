"""What is told of campaigns to webhooks, in the transaction in which it happens."""

from __future__ import annotations

from tenure.reviews.models import Campaign
from tenure.webhooks.publishing import publish


def publish_state(campaign: Campaign) -> None:
    """The event of the state that a campaign is in now."""
    publish_of(campaign, campaign.state)


def publish_of(campaign: Campaign, what: str, **more: object) -> None:
    """`review.<what>` of a campaign. Names are not told: the API knows who may read them."""
    snapshot = campaign.snapshot
    data = {
        "state": campaign.state,
        "due": campaign.due_at.isoformat(),
        "items": snapshot.rows if snapshot else None,
        "snapshot_sha256": snapshot.sha256 if snapshot else None,
    }
    publish(f"review.{what}", "review", [campaign.ref], data=data | more)
