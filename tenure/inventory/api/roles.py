from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import lists, queries
from tenure.inventory.schemas.roles import (
    HolderPage,
    HoldersQuery,
    RoleDetail,
    RolePage,
    RolesQuery,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Groups and roles")


@endpoints.reads("/roles", scope="inventory:read", permission="accounts.view", answers=RolePage)
def roles(request: ActorRequest, asked: Query[RolesQuery]) -> RolePage:
    """List roles: their permissions, and how many hold each by which path."""
    return RolePage.of(lists.roles(asked, actor=request.actor))


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
    return HolderPage.of(lists.role_holders(asked, of=ref, actor=request.actor))
