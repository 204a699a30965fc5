"""The syncs of a connection, and the lists that one of them read."""

from __future__ import annotations

from uuid import UUID

from tenure.connections.queries import connection_by_name, connection_by_ref
from tenure.inventory import queries
from tenure.inventory.schemas.runs import CollectionOut, RunOut
from tenure.lib.actor import Actor
from tenure.lib.endpoints import PageQuery
from tenure.lib.listing import Column, Listing, Within
from tenure.lib.paging import Page, Sort, page

_NEWEST_FIRST = Sort("newest", ("-queued_at",))


def runs(asked: PageQuery, *, of: UUID, actor: Actor) -> Page[RunOut]:
    """The syncs of a connection, the newest first."""
    mine = queries.runs_of(connection_by_ref(of, actor=actor), actor=actor)
    return page(
        mine,
        sort=_NEWEST_FIRST,
        cursor=asked.cursor,
        filters={"connection": of},
        limit=asked.limit,
    ).each(RunOut.of)


def collections(asked: PageQuery, *, of: UUID, actor: Actor) -> Page[CollectionOut]:
    """What a sync did with each list, in the order of its plan."""
    run = queries.run_by_ref(of, actor=actor)
    return queries.every_collection_page(
        run, cursor=asked.cursor, limit=asked.limit, actor=actor
    ).each(CollectionOut.of)


RUNS = Listing(
    name="runs",
    path="connections/{uuid:ref}/runs",
    scope="connections:read",
    permission="connections.view",
    asks=PageQuery,
    rows=runs,
    within=Within("connection", lambda name, actor: connection_by_name(name, actor=actor).ref),
    columns=(
        Column("connection", "connection.name"),
        Column("status"),
        Column("trigger"),
        Column("reason"),
        Column("queued_at"),
        Column("started_at", none="not started"),
        Column("finished_at", none="not finished"),
        Column("pages"),
        Column("requests"),
        Column("added"),
        Column("changed"),
        Column("ended"),
        Column("ref"),
    ),
)
COLLECTIONS = Listing(
    name="collections",
    path="runs/{uuid:ref}/collections",
    scope="connections:read",
    permission="connections.view",
    asks=PageQuery,
    rows=collections,
    within=Within("run", lambda ref, actor: queries.run_by_ref(ref, actor=actor).ref),
    columns=tuple(Column(name) for name in CollectionOut.model_fields),
)
