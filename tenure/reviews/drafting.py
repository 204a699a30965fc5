"""A campaign's settings as the form shows them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from tenure.reviews import wording
from tenure.reviews.models import Campaign


def initial_of(campaign: Campaign, *, zone: ZoneInfo) -> dict[str, Any]:
    """What stands in the form when somebody changes a draft."""
    return {
        "title": campaign.title,
        "connections": [str(one.ref) for one in campaign.connections.all()],
        "scope": campaign.scope,
        "kinds": campaign.kinds or list(wording.KINDS),
        "rule": campaign.rule,
        "named": campaign.named.email if campaign.named else "",
        "fallback": campaign.fallback.email if campaign.fallback else "",
        "due_on": campaign.due_at.astimezone(zone).date(),
        "recurrence": campaign.recurrence,
        "sends_reminders": campaign.sends_reminders,
        "needs_sign_off": campaign.needs_sign_off,
        "carries_forward": campaign.carries_forward,
    }
