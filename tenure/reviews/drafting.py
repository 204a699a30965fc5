"""A campaign's settings as the form shows them, and about how much they would hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.counting import in_words
from tenure.reviews import wording
from tenure.reviews.models import Campaign
from tenure.reviews.queries import workspace


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


def managed_connections(*, actor: Actor) -> list[Connection]:
    """Those of which the actor may start a review."""
    mine = connection_queries.connections(actor=actor, permission="reviews.manage")
    mine = mine.exclude(state=Connection.State.DISCONNECTED)
    return list(mine.select_related(None).prefetch_related(None))


def estimate(refs: Sequence[str], kinds: Sequence[str], *, actor: Actor) -> dict[str, Any]:
    """How much there would be in a scope that is being put together. Bounded."""
    chosen = [one for one in managed_connections(actor=actor) if str(one.ref) in set(refs)]
    counts = workspace.counts_of(chosen, kinds or list(wording.KINDS), actor=actor)
    return {
        "estimates": [(wording.KINDS[kind], in_words(number)) for kind, number in counts.items()],
        "total": sum(counts.values()),
        "is_chosen": bool(chosen),
    }
