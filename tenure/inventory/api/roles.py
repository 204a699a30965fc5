from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import queries
from tenure.inventory.schemas.roles import (
    HolderOut,
    HolderPage,
    HoldersQuery,
    RoleDetail,
    RoleOut,
    RolePage,
    RolesQuery,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Groups and roles")


@endpoints.reads("/roles", scope="inventory:read", permission="accounts.view", answers=RolePage)
def roles(request: ActorRequest, asked: Query[RolesQuery]) -> RolePage:
    """List roles: their permissions, and how many hold each by which path."""
    chosen = queries.RolesAsked(
        show=asked.show, search=asked.q, cursor=asked.cursor, limit=asked.limit
    )
    return RolePage.of(queries.role_page(chosen, actor=request.actor), RoleOut.of)


@endpoints.reads(
    "/roles/{uuid:ref}", scope="inventory:read", permission="accounts.view", answers=RoleDetail
)
def role(request: ActorRequest, ref: UUID) -> RoleDetail:
    """Show one role: its permissions, and how they changed."""
    found, changes = queries.role_by_ref(ref, actor=request.actor)
    return RoleDetail.about(found, changes)


@endpoints.reads(
    "/roles/{uuid:ref}/holders",
    scope="inventory:read",
    permission="accounts.view",
    answers=HolderPage,
)
def role_holders(request: ActorRequest, ref: UUID, asked: Query[HoldersQuery]) -> HolderPage:
    """List the accounts that hold a role, by themselves or through a group."""
    actor, (found, _) = request.actor, queries.role_by_ref(ref, actor=request.actor)
    some = queries.holder_page(found, cursor=asked.cursor, limit=asked.limit, actor=actor)
    ways = queries.ways_to(found, some.rows, actor=actor)
    return HolderPage.of(some, lambda one: HolderOut.of(one, found, ways.get(one.pk, [])))
