"""What an organization consists of, as the provider shows it, and as a state file keeps it."""

from __future__ import annotations

from typing import Any

import msgspec

from tenure.simulator.openai.history import Interval

INVITE_LIFETIME_S = 30 * 86_400
MANAGEMENT = ("api.management.read", "api.management.write")
GROUPS = ("api.groups.read", "api.groups.write")
USAGE = ("api.usage.read",)
OWNER, READER = "owner", "reader"


class User(msgspec.Struct, kw_only=True, tag="organization.user", tag_field="object"):
    id: str
    name: str | None
    email: str | None
    role: str | None
    added_at: int
    created: int
    is_default: bool = False
    is_service_account: bool = False
    is_scim_managed: bool = False
    api_key_last_used_at: int | None = None
    technical_level: str | None = None
    developer_persona: str | None = None


class InviteProject(msgspec.Struct, kw_only=True):
    id: str
    role: str


class Invite(msgspec.Struct, kw_only=True, tag="organization.invite", tag_field="object"):
    id: str
    email: str
    role: str
    status: str
    created_at: int
    expires_at: int | None = None
    accepted_at: int | None = None
    projects: list[InviteProject] = []


class Project(msgspec.Struct, kw_only=True, tag="organization.project", tag_field="object"):
    id: str
    name: str | None
    created_at: int
    archived_at: int | None = None
    status: str = "active"


class Member(msgspec.Struct, kw_only=True, tag="organization.project.user", tag_field="object"):
    id: str
    name: str | None
    email: str | None
    role: str
    added_at: int


class Role(msgspec.Struct, kw_only=True, tag="role", tag_field="object"):
    id: str
    name: str
    description: str | None
    permissions: list[str]
    resource_type: str
    predefined_role: bool


class AdminKeyOwner(msgspec.Struct, kw_only=True, tag="organization.user", tag_field="object"):
    type: str
    id: str
    name: str
    created_at: int
    role: str


class AdminKey(msgspec.Struct, kw_only=True, tag="organization.admin_api_key", tag_field="object"):
    """An admin key as the provider lists it: never with its value."""

    id: str
    name: str | None
    redacted_value: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    owner: AdminKeyOwner


class Group(msgspec.Struct, kw_only=True):
    """A group as the list has it: without `object`."""

    id: str
    name: str
    created_at: int
    is_scim_managed: bool = False
    group_type: str = "group"


class GroupMember(msgspec.Struct, kw_only=True):
    id: str
    name: str
    email: str | None


class ProjectGroup(msgspec.Struct, kw_only=True, tag="project.group", tag_field="object"):
    """A group with access to a project. It has no id of its own."""

    project_id: str
    group_id: str
    group_name: str
    group_type: str = "group"
    created_at: int

    @property
    def id(self) -> str:
        return self.group_id


class ServiceAccount(
    msgspec.Struct, kw_only=True, tag="organization.project.service_account", tag_field="object"
):
    id: str
    name: str
    role: str
    created_at: int


class KeyOwner(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Who a project key belongs to: a user or a service account, as they were when it was made."""

    type: str
    user: dict[str, object] | None = None
    service_account: dict[str, object] | None = None

    @property
    def id(self) -> str:
        return str((self.user or self.service_account or {}).get("id", ""))


class ProjectKey(
    msgspec.Struct, kw_only=True, tag="organization.project.api_key", tag_field="object"
):
    """A project's key as the provider lists it: never with its value."""

    id: str
    name: str
    redacted_value: str
    created_at: int
    last_used_at: int | None
    expires_at: int | None
    owner: KeyOwner
    owner_project_access: str = "active"


class IdentityProvider(
    msgspec.Struct,
    kw_only=True,
    tag="organization.workload_identity_provider",
    tag_field="object",
):
    """Whose tokens are believed, such as those that a CI system hands to its jobs."""

    id: str
    name: str
    issuer: str
    audience: str
    created_at: int
    updated_at: int
    enabled: bool = True
    description: str | None = None
    type: str = "oidc"
    attribute_transformations: list[dict[str, str]] = []
    verification: dict[str, object] = msgspec.field(default_factory=lambda: {"type": "discovery"})


class FederationRule(
    msgspec.Struct,
    kw_only=True,
    tag="organization.workload_identity_federation_rule",
    tag_field="object",
):
    """Which of these tokens are let in, and as which service account."""

    id: str
    workload_identity_provider_id: str
    project_id: str
    service_account_id: str
    attribute_matchers: dict[str, str | bool | int | float]
    created_at: int
    updated_at: int
    enabled: bool = True
    name: str | None = None
    description: str | None = None
    permissions: dict[str, object]


class Usage(msgspec.Struct, kw_only=True):
    """Requests of one kind at one moment, by one key of one user or service account."""

    at: int
    project_id: str | None = None
    user_id: str | None = None
    api_key_id: str | None = None
    model: str = "gpt-6-mini"
    requests: int = 1
    input: int = 0
    output: int = 0


class Listed(msgspec.Struct, kw_only=True):
    """Somebody as a directory has them; `groups` are ids of groups it manages."""

    email: str
    name: str | None
    user_id: str = ""
    groups: list[str] = []
    gone: bool = False


class Directory(msgspec.Struct, kw_only=True):
    """A directory that provisions by SCIM: how often it comes round, when next, and for whom."""

    every: float
    next_at: float
    people: list[Listed] = []


class Credential(msgspec.Struct, kw_only=True):
    """What a bearer value may do. `kind` is admin, read_only, personal or project."""

    id: str
    kind: str
    owner_id: str
    scopes: list[str]
    expires_at: int | None = None
    dead_from: float | None = None


Event = dict[str, Any]


class Saved(msgspec.Struct, kw_only=True):
    """The whole organization as it goes into a state file."""

    seed: str
    id: str
    slug: str
    minted: int
    clock_offset: float
    users: list[User]
    invites: list[Invite]
    projects: list[Project]
    members: dict[str, list[Member]]
    roles: list[Role]
    assignments: dict[str, list[str]]
    admin_keys: list[AdminKey]
    credentials: dict[str, Credential]
    events: list[Event]
    groups: list[Group] = []
    group_members: dict[str, list[GroupMember]] = {}
    project_groups: dict[str, list[ProjectGroup]] = {}
    project_roles: dict[str, list[Role]] = {}
    project_assignments: dict[str, dict[str, list[str]]] = {}
    service_accounts: dict[str, list[ServiceAccount]] = {}
    project_keys: dict[str, list[ProjectKey]] = {}
    identity_providers: list[IdentityProvider] = []
    federation_rules: dict[str, list[FederationRule]] = {}
    usage: dict[str, dict[int, list[Usage]]] = {}
    history: list[Interval] = []
    directory: Directory | None = None
