"""The list of changes at providers: rows as endpoints and exports show them."""

from __future__ import annotations

from tenure.lib.actor import Actor
from tenure.lib.endpoints import PageQuery
from tenure.lib.listing import Column, Listing, narrowed_by
from tenure.lib.paging import Page, Sort, page
from tenure.provisioning import queries
from tenure.provisioning.schemas import OperationOut, OperationsQuery

_NEWEST_FIRST = Sort("newest", ("-planned_at",))


def operations(asked: OperationsQuery, *, actor: Actor) -> Page[OperationOut]:
    """What is about to change, is changing or has changed at providers, the newest first."""
    said = asked.model_dump(exclude=set(PageQuery.model_fields))
    mine = queries.operations_asked(**said, actor=actor)
    filters = narrowed_by(asked)
    some = page(mine, sort=_NEWEST_FIRST, cursor=asked.cursor, filters=filters, limit=asked.limit)
    return some.each(OperationOut.of)


OPERATIONS = Listing(
    name="operations",
    path="operations",
    scope="provisioning:read",
    permission="provisioning.view",
    asks=OperationsQuery,
    rows=operations,
    columns=(
        Column("label"),
        Column("kind"),
        Column("action"),
        Column("place"),
        Column("role"),
        Column("connection", "connection.name", none="not connected"),
        Column("mode"),
        Column("state"),
        Column("reason"),
        Column("why"),
        Column("person", "person.name", none="none"),
        Column("planned_at"),
        Column("planned_by"),
        Column("approved_at", none="not approved"),
        Column("approved_by"),
        Column("sent_at", none="not sent"),
        Column("verified_at", none="not verified"),
        Column("confirmed_at", none="not confirmed"),
        Column("reappeared_at", none="not come back"),
        Column("gone_at", none="not gone"),
        Column("assignee", none="nobody"),
        Column("due_at", none="none"),
        Column("target_id"),
        Column("made_id"),
        Column("batch"),
        Column("ref"),
    ),
)
LISTS = (OPERATIONS,)
