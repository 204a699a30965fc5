"""Every way to read reviews; each module says at its head what there is and with which arguments.

campaigns   which campaigns there are, and how far they are
items       what is to be decided: pages, chips, what a bulk decision would reach
readiness   how fresh the data in scope is, and what staging would find
results     progress over time, how reviewers decided, what was removed and how long that took
workspace   what a reviewer's page shows
proof       what a bundle holds, as a stream in canonical order
"""

from __future__ import annotations

from tenure.reviews.queries.campaigns import (
    campaign_by_ref,
    campaign_named,
    campaign_to_change,
    campaigns,
    campaigns_asked,
    campaigns_in_remediation,
    campaigns_to_repeat,
    last_completed,
    may_manage,
    open_campaigns,
    sees_all_of,
    with_progress,
)
from tenure.reviews.queries.items import (
    SHOWS,
    item_by_ref,
    item_counts,
    item_page,
    item_to_change,
    items,
    items_to_decide,
    narrowed,
    own_items,
)
from tenure.reviews.queries.mine import oneself, reviewer_to_submit, reviewing_for

__all__ = [
    "SHOWS",
    "campaign_by_ref",
    "campaign_named",
    "campaign_to_change",
    "campaigns",
    "campaigns_asked",
    "campaigns_in_remediation",
    "campaigns_to_repeat",
    "item_by_ref",
    "item_counts",
    "item_page",
    "item_to_change",
    "items",
    "items_to_decide",
    "last_completed",
    "may_manage",
    "narrowed",
    "oneself",
    "open_campaigns",
    "own_items",
    "reviewer_to_submit",
    "reviewing_for",
    "sees_all_of",
    "with_progress",
]
