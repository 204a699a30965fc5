"""Groups, roles and who holds them, as they travel, and the facts they become.

As in `wire`, only ids are demanded.
"""

from __future__ import annotations

import re

import msgspec

from tenure.connectors.facts import EntitlementFact, GrantFact, ResourceFact
from tenure.connectors.openai.wire import Instant, instant

MEMBER = "member"
# role-api-project-owner, role-api-organization-owner__api-organization__org-…: seen live, and not
# documented.
_PREDEFINED = re.compile(r"role-api-(?:organization|project)-([a-z_]+?)(?:__.*)?")


class Group(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/groups/object"""

    id: str
    name: str | None = None
    created_at: Instant = None
    is_scim_managed: bool | None = None


class InGroup(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/group-users/object"""

    id: str


class GroupInProject(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/project-groups/object, without an `id`."""

    group_id: str
    created_at: Instant = None


class Source(msgspec.Struct):
    principal_id: str | None = None
    principal_type: str | None = None


class Role(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/roles/object, assigned or not."""

    id: str
    name: str | None = None
    description: str | None = None
    permissions: list[str] | None = None
    predefined_role: bool | None = None
    assignment_sources: list[Source] | None = None


class ServiceAccountRecord(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/project-service-accounts/object"""

    id: str
    name: str | None = None
    role: str | None = None
    created_at: Instant = None


def word_of(role: Role) -> str:
    """The word of a predefined role, as other lists write it, and the id of any other.

    A predefined role has an id of its own in each project; its word is the same in all of them.
    """
    if (known := _PREDEFINED.fullmatch(role.id)) is not None:
        return known[1]
    return (role.name or role.id).lower() if role.predefined_role else role.id


def group(group: Group, raw: bytes) -> ResourceFact:
    return ResourceFact(
        external_id=group.id,
        raw=raw,
        kind="group",
        name=group.name,
        is_scim_managed=group.is_scim_managed,
        created_at=instant(group.created_at),
    )


def group_member(member: InGroup, raw: bytes, group_id: str) -> GrantFact:
    """When somebody was added is not told."""
    return GrantFact(
        external_id=member.id,
        raw=raw,
        principal_id=member.id,
        entitlement_kind="member",
        entitlement_id=MEMBER,
        resource_id=group_id,
    )


def group_in_project(entry: GroupInProject, raw: bytes, project_id: str) -> GrantFact:
    """The group's roles there are told in a list of their own."""
    return GrantFact(
        external_id=entry.group_id,
        raw=raw,
        principal_kind="group",
        principal_id=entry.group_id,
        entitlement_kind="member",
        entitlement_id=MEMBER,
        resource_id=project_id,
        began_at=instant(entry.created_at),
    )


def role(role: Role, raw: bytes, project_id: str | None = None) -> EntitlementFact:
    return EntitlementFact(
        external_id=word_of(role),
        raw=raw,
        provider_id=role.id,
        name=role.name,
        resource_id=project_id,
        description=role.description,
        permissions=tuple(sorted(set(role.permissions or ()))),
        is_predefined=role.predefined_role,
    )


def role_of_user(role: Role, raw: bytes, user_id: str) -> GrantFact:
    """A role in the organization, the user's own unless it names groups it comes from."""
    return GrantFact(
        external_id=word_of(role),
        raw=raw,
        principal_id=user_id,
        entitlement_id=word_of(role),
        via_group_ids=_sources(role),
    )


def role_of_user_in_project(role: Role, raw: bytes, project_id: str, user_id: str) -> GrantFact:
    return GrantFact(
        external_id=word_of(role),
        raw=raw,
        principal_id=user_id,
        entitlement_id=word_of(role),
        resource_id=project_id,
        via_group_ids=_sources(role),
    )


def role_of_group(role: Role, raw: bytes, group_id: str) -> GrantFact:
    return GrantFact(
        external_id=word_of(role),
        raw=raw,
        principal_kind="group",
        principal_id=group_id,
        entitlement_id=word_of(role),
    )


def role_of_group_in_project(role: Role, raw: bytes, project_id: str, group_id: str) -> GrantFact:
    return GrantFact(
        external_id=word_of(role),
        raw=raw,
        principal_kind="group",
        principal_id=group_id,
        entitlement_id=word_of(role),
        resource_id=project_id,
    )


def _sources(role: Role) -> tuple[str, ...]:
    groups = [s.principal_id for s in role.assignment_sources or () if s.principal_type == "group"]
    return tuple(sorted(filter(None, groups)))


def service_account(account: ServiceAccountRecord, raw: bytes, project_id: str) -> GrantFact:
    """A machine's role in its project; the list of users may not have it."""
    return GrantFact(
        external_id=account.id,
        raw=raw,
        principal_id=account.id,
        principal_name=account.name or account.id,
        entitlement_id=account.role or "",
        resource_id=project_id,
        began_at=instant(account.created_at),
    )
