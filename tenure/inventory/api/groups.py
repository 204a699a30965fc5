from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import lists, queries
from tenure.inventory.schemas.groups import (
    GroupDetail,
    GroupMemberPage,
    GroupPage,
    GroupsQuery,
    MembersQuery,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Groups and roles")


@endpoints.reads("/groups", scope="inventory:read", permission="accounts.view", answers=GroupPage)
def groups(request: ActorRequest, asked: Query[GroupsQuery]) -> GroupPage:
    """List groups: how many are in each, and how many projects it reaches."""
    return GroupPage.of(lists.groups(asked, actor=request.actor))


@endpoints.reads(
    "/groups/{uuid:ref}", scope="inventory:read", permission="accounts.view", answers=GroupDetail
)
def group(request: ActorRequest, ref: UUID) -> GroupDetail:
    """Show one group: what being in it gives, and what happened to it."""
    found, changes = queries.group_by_ref(ref, actor=request.actor)
    return GroupDetail.about(found, changes, queries.given_by(found, actor=request.actor))


@endpoints.reads(
    "/groups/{uuid:ref}/members",
    scope="inventory:read",
    permission="accounts.view",
    answers=GroupMemberPage,
)
def group_members(request: ActorRequest, ref: UUID, asked: Query[MembersQuery]) -> GroupMemberPage:
    """List the accounts in a group, and since when."""
    return GroupMemberPage.of(lists.group_members(asked, of=ref, actor=request.actor))
