from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.connections.queries import connection_by_ref
from tenure.inventory import queries
from tenure.inventory.schemas.events import ProviderEventOut, ProviderEventPage, ProviderEventsQuery
from tenure.lib.endpoints import Endpoints
from tenure.lib.paging import Sort, page
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Events of the provider")

_NEWEST_FIRST = Sort("newest", ("-at",))


@endpoints.reads(
    "/connections/{uuid:ref}/events",
    scope="inventory:read",
    permission="accounts.view",
    answers=ProviderEventPage,
)
def provider_events(
    request: ActorRequest, ref: UUID, asked: Query[ProviderEventsQuery]
) -> ProviderEventPage:
    """List what happened at the provider, by its own log."""
    of = connection_by_ref(ref, actor=request.actor, permission="accounts.view")
    mine = queries.newest_events(of, actor=request.actor)
    mine = mine.filter(type=asked.type) if asked.type else mine
    filters = {"connection": ref, "type": asked.type}
    some = page(mine, sort=_NEWEST_FIRST, cursor=asked.cursor, filters=filters, limit=asked.limit)
    return ProviderEventPage.of(some, ProviderEventOut.of)
