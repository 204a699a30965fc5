"""The lists of groups and roles, of who is in a group, and of who holds a role."""

from __future__ import annotations

from uuid import UUID

from tenure.inventory import queries
from tenure.inventory.lists.accounts import account_columns
from tenure.inventory.schemas.groups import GroupMemberOut, GroupOut, GroupsQuery, MembersQuery
from tenure.inventory.schemas.roles import HolderOut, HoldersQuery, RoleOut, RolesQuery
from tenure.lib.actor import Actor
from tenure.lib.listing import Column, Listing, Within
from tenure.lib.paging import Page


def groups(asked: GroupsQuery, *, actor: Actor) -> Page[GroupOut]:
    """Groups: how many are in each, and how many projects it reaches."""
    chosen = queries.GroupsAsked(
        show=asked.show, search=asked.q.strip(), cursor=asked.cursor, limit=asked.limit
    )
    return queries.group_page(chosen, actor=actor).each(GroupOut.of)


def group_members(asked: MembersQuery, *, of: UUID, actor: Actor) -> Page[GroupMemberOut]:
    """The accounts in a group, and since when."""
    group, _ = queries.group_by_ref(of, actor=actor)
    some = queries.member_page(
        group, show=asked.show, cursor=asked.cursor, limit=asked.limit, actor=actor
    )
    grants = queries.grants_on(group, some.rows, actor=actor)
    since = {one.account_id: one for one in grants if one.ended_at is None}
    return some.each(lambda account: GroupMemberOut.of(account, since.get(account.pk)))


def roles(asked: RolesQuery, *, actor: Actor) -> Page[RoleOut]:
    """Roles: their permissions, and how many hold each by which path."""
    chosen = queries.RolesAsked(
        show=asked.show, search=asked.q.strip(), cursor=asked.cursor, limit=asked.limit
    )
    return queries.role_page(chosen, actor=actor).each(RoleOut.of)


def role_holders(asked: HoldersQuery, *, of: UUID, actor: Actor) -> Page[HolderOut]:
    """The accounts that hold a role, by themselves or through a group."""
    role, _ = queries.role_by_ref(of, actor=actor)
    some = queries.holder_page(role, cursor=asked.cursor, limit=asked.limit, actor=actor)
    ways = queries.ways_to(role, some.rows, actor=actor)
    return some.each(lambda account: HolderOut.of(account, role, ways.get(account.pk, [])))


GROUPS = Listing(
    name="groups",
    path="groups",
    scope="inventory:read",
    permission="accounts.view",
    asks=GroupsQuery,
    rows=groups,
    columns=(
        Column("name"),
        Column("members", none="unknown"),
        Column("leavers"),
        Column("projects"),
        Column("is_scim_managed", none="unknown"),
        Column("read_at", none="never read"),
        Column("read_state"),
        Column("read_reason"),
        Column("ended_at", none="still there"),
        Column("connection", "connection.name"),
        Column("external_id"),
        Column("ref"),
    ),
)
GROUP_MEMBERS = Listing(
    name="group-members",
    path="groups/{uuid:ref}/members",
    scope="inventory:read",
    permission="accounts.view",
    asks=MembersQuery,
    rows=group_members,
    within=Within("group", lambda name, actor: queries.group_by_name(name, actor=actor).ref),
    columns=(
        Column("member_since", "since", none="unknown"),
        Column("known"),
        *account_columns("account."),
    ),
)
ROLES = Listing(
    name="roles",
    path="roles",
    scope="inventory:read",
    permission="accounts.view",
    asks=RolesQuery,
    rows=roles,
    columns=(
        Column("name"),
        Column("of", "resource.name"),
        Column("of_kind", "resource_kind"),
        Column("is_custom", none="unknown"),
        Column("is_privileged"),
        Column("permissions"),
        Column("held_directly"),
        Column("held_through_groups"),
        Column("groups"),
        Column("description"),
        Column("ended_at", none="still there"),
        Column("connection", "connection.name"),
        Column("external_id"),
        Column("ref"),
    ),
)
ROLE_HOLDERS = Listing(
    name="role-holders",
    path="roles/{uuid:ref}/holders",
    scope="inventory:read",
    permission="accounts.view",
    asks=HoldersQuery,
    rows=role_holders,
    within=Within("role", lambda ref, actor: queries.role_by_ref(ref, actor=actor)[0].ref),
    columns=(Column("paths", "paths_in_words"), *account_columns("account.")),
)
