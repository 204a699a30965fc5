"""The lists of campaigns and of their items: rows as endpoints and exports show them."""

from __future__ import annotations

from uuid import UUID

from tenure.lib.actor import Actor
from tenure.lib.endpoints import PageQuery
from tenure.lib.listing import Column, Listing, Within, narrowed_by
from tenure.lib.paging import Page, Sort, page
from tenure.reviews import queries
from tenure.reviews.item_schemas import ReviewItemOut
from tenure.reviews.schemas import CampaignOut, CampaignsQuery, ReviewItemsQuery

_NEWEST_FIRST = Sort("newest", ("-created_at",))


def campaigns(asked: CampaignsQuery, *, actor: Actor) -> Page[CampaignOut]:
    """Campaigns, the newest first."""
    said = asked.model_dump(exclude=set(PageQuery.model_fields))
    mine = queries.campaigns_asked(**said, actor=actor)
    filters = narrowed_by(asked)
    some = page(mine, sort=_NEWEST_FIRST, cursor=asked.cursor, filters=filters, limit=asked.limit)
    return some.each(CampaignOut.of)


def review_items(asked: ReviewItemsQuery, *, of: UUID | str, actor: Actor) -> Page[ReviewItemOut]:
    """The items of a campaign that the reader may see, by person."""
    campaign = queries.campaign_by_ref(of, actor=actor)
    some = queries.item_page(
        campaign,
        show=asked.show,
        reviewer=asked.reviewer,
        q=asked.q,
        cursor=asked.cursor,
        limit=asked.limit,
        actor=actor,
    )
    return some.each(ReviewItemOut.of)


def _campaign(said: str, actor: Actor) -> UUID:
    return queries.campaign_named(said, actor=actor).ref


CAMPAIGNS = Listing(
    name="campaigns",
    path="campaigns",
    scope="reviews:read",
    permission="reviews.view",
    asks=CampaignsQuery,
    rows=campaigns,
    columns=(
        Column("title"),
        Column("state"),
        Column("scope"),
        Column("rule"),
        Column("due_at"),
        Column("is_overdue"),
        Column("items"),
        Column("decided"),
        Column("submitted"),
        Column("flagged"),
        Column("remediation"),
        Column("unsettled"),
        Column("created_at"),
        Column("created_by"),
        Column("opened_at", none="not opened"),
        Column("closed_at", none="not closed"),
        Column("completed_at", none="not complete"),
        Column("cancelled_at", none="not cancelled"),
        Column("reason"),
        Column("ref"),
    ),
)
REVIEW_ITEMS = Listing(
    name="review-items",
    path="campaigns/{uuid:ref}/items",
    scope="reviews:read",
    permission="reviews.view",
    asks=ReviewItemsQuery,
    rows=review_items,
    within=Within("campaign", _campaign),
    columns=(
        Column("kind"),
        Column("right"),
        Column("person", none="nobody"),
        Column("person_email"),
        Column("person_state"),
        Column("manager"),
        Column("department"),
        Column("account"),
        Column("account_email"),
        Column("account_kind"),
        Column("organization_role"),
        Column("role"),
        Column("resource"),
        Column("path"),
        Column("via"),
        Column("is_scim_managed"),
        Column("granted_at", none="unknown"),
        Column("granted_known_by"),
        Column("granted_by"),
        Column("last_login_at", none="unknown"),
        Column("last_active_at", none="unknown"),
        Column("last_active_source"),
        Column("last_used_at", none="unknown"),
        Column("created_at", none="unknown"),
        Column("expires_at", none="no known end"),
        Column("spent_in_millionths", "spent", none="unknown"),
        Column("currency"),
        Column("flags"),
        Column("delta"),
        Column("last_decision"),
        Column("hint", "hint.says"),
        Column("reviewer", "reviewer.name", none="nobody"),
        Column("decision"),
        Column("to_role"),
        Column("reason"),
        Column("decided_at", none="not decided"),
        Column("decided_by"),
        Column("carried_forward"),
        Column("submitted_at", none="not submitted"),
        Column("remediation", "remediation.state", none="none"),
        Column("ref"),
    ),
)
LISTS = (CAMPAIGNS, REVIEW_ITEMS)
