"""The list of leavings: rows as endpoints and exports show them."""

from __future__ import annotations

from tenure.lib.actor import Actor
from tenure.lib.endpoints import PageQuery
from tenure.lib.listing import Column, Listing, narrowed_by
from tenure.lib.paging import Page, Sort, page
from tenure.offboarding import queries
from tenure.offboarding.schemas import OffboardingOut, OffboardingsQuery

_NEWEST_FIRST = Sort("newest", ("-opened_at",))


def offboardings(asked: OffboardingsQuery, *, actor: Actor) -> Page[OffboardingOut]:
    """Leavings, the newest first."""
    said = asked.model_dump(exclude=set(PageQuery.model_fields))
    mine = queries.cases_asked(**said, actor=actor)
    filters = narrowed_by(asked)
    some = page(mine, sort=_NEWEST_FIRST, cursor=asked.cursor, filters=filters, limit=asked.limit)
    return some.each(OffboardingOut.of)


OFFBOARDINGS = Listing(
    name="offboardings",
    path="offboardings",
    scope="offboarding:read",
    permission="offboarding.view",
    asks=OffboardingsQuery,
    rows=offboardings,
    columns=(
        Column("name"),
        Column("person", "person.name"),
        Column("state"),
        Column("reason"),
        Column("opened"),
        Column("opened_at"),
        Column("opened_by"),
        Column("ends_at", none="no known end"),
        Column("begins_at"),
        Column("due_at"),
        Column("approved_at", none="not approved"),
        Column("approved_by"),
        Column("completed_at", none="not complete"),
        Column("is_late"),
        Column("items"),
        Column("settled"),
        Column("resets"),
        Column("ref"),
    ),
)
LISTS = (OFFBOARDINGS,)
