from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.connections import queries
from tenure.connections.schemas import ConnectionOut, ConnectionPage
from tenure.lib.endpoints import Endpoints, PageQuery
from tenure.lib.paging import Sort, page
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Connections")

_IN_ORDER = Sort("order", ("last", "name"))


@endpoints.reads(
    "/connections",
    scope="connections:read",
    permission="connections.view",
    answers=ConnectionPage,
)
def connections(request: ActorRequest, asked: Query[PageQuery]) -> ConnectionPage:
    """List connections.

    By name, disconnected ones last.
    """
    mine = queries.connections(actor=request.actor)
    some = page(mine, sort=_IN_ORDER, cursor=asked.cursor, limit=asked.limit)
    return ConnectionPage.of(some, ConnectionOut.of)


@endpoints.reads(
    "/connections/{uuid:ref}",
    scope="connections:read",
    permission="connections.view",
    answers=ConnectionOut,
)
def connection(request: ActorRequest, ref: UUID) -> ConnectionOut:
    """Show one connection."""
    return ConnectionOut.of(queries.connection_by_ref(ref, actor=request.actor))
