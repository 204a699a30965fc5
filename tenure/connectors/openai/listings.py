"""The lists we read, one row each. A new collection is a row here, its struct and its fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tenure.connectors.base import CollectionKind
from tenure.connectors.facts import Fact
from tenure.connectors.openai import wire, wire_access, wire_keys
from tenure.lib import structs

if TYPE_CHECKING:
    # Never imported for real here: it takes a second.
    from tenure.connectors.openai.addresses import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How one kind of list is asked for, paged and understood.

    `cursor` is the field that says where the next page begins; the families differ. Of a kind with
    a parent, `endpoint` and `to_fact` take its ids as their last positional arguments. `to_fact`
    gives None for a record that belongs into another list, and `aside` says why. From what a log
    lacks nothing is concluded: it is complete with unreadable records as well. A list that
    `may_be_lacking` is newer than some organizations: where there is none, nothing is amiss.
    """

    kind: CollectionKind
    endpoint: Endpoint
    cursor: Literal["last_id", "next"]
    decoder: msgspec.json.Decoder[Any]
    to_fact: Callable[..., Fact | None]
    parameters: Mapping[str, object] = field(default_factory=dict)
    aside: str = ""
    is_log: bool = False
    may_be_lacking: bool = False


USERS = Listing(
    kind=CollectionKind(kind="users"),
    endpoint=lambda api: api.users.with_raw_response.list,
    cursor="last_id",
    decoder=structs.decoder(wire.User),
    to_fact=wire.account,
)
INVITES = Listing(
    kind=CollectionKind(kind="invites"),
    endpoint=lambda api: api.invites.with_raw_response.list,
    cursor="last_id",
    decoder=structs.decoder(wire.Invite),
    to_fact=wire.invitation,
)
PROJECTS = Listing(
    kind=CollectionKind(kind="projects"),
    endpoint=lambda api: api.projects.with_raw_response.list,
    cursor="last_id",
    # Left out, archived projects are hidden, and would seem deleted.
    parameters={"include_archived": True},
    decoder=structs.decoder(wire.Project),
    to_fact=wire.project,
)
# Lists of the newer family hold up to a thousand, and fewer unless asked.
_LONG = 1_000
GROUPS = Listing(
    kind=CollectionKind(kind="groups", page_rows=_LONG),
    endpoint=lambda api: api.groups.with_raw_response.list,
    cursor="next",
    decoder=structs.decoder(wire_access.Group),
    to_fact=wire_access.group,
)
ROLES = Listing(
    kind=CollectionKind(kind="roles", page_rows=_LONG),
    endpoint=lambda api: api.roles.with_raw_response.list,
    cursor="next",
    decoder=structs.decoder(wire_access.Role),
    to_fact=wire_access.role,
)
ADMIN_KEYS = Listing(
    kind=CollectionKind(kind="admin_keys"),
    endpoint=lambda api: api.admin_api_keys.with_raw_response.list,
    cursor="last_id",
    decoder=structs.decoder(wire_keys.AdminKeyRecord),
    to_fact=wire_keys.admin_key,
    aside="keys of projects, which are read there",
)

IDENTITY_PROVIDERS = Listing(
    kind=CollectionKind(kind="identity_providers"),
    endpoint=lambda api: api.workload_identity_providers.with_raw_response.list,
    cursor="last_id",
    decoder=structs.decoder(wire_keys.IdentityProviderRecord),
    to_fact=wire_keys.identity_provider,
    may_be_lacking=True,
)


def _below(
    kind: str, parent: str, *, page_rows: int = 100, of_archived: bool = False
) -> CollectionKind:
    """A list for each of its parents, with a budget of its own, as the provider counts them."""
    return CollectionKind(
        kind=kind,
        tier="detail",
        parent=parent,
        family=kind,
        page_rows=page_rows,
        of_archived=of_archived,
    )


def _of_one_in_project(listing: Callable[..., object]) -> Callable[..., object]:
    """The SDK wants the group or the user first, and the project by its name."""
    return lambda project_id, whose, **asked: listing(whose, project_id=project_id, **asked)


GROUP_USERS = Listing(
    kind=_below("group_users", "groups", page_rows=_LONG),
    endpoint=lambda api: api.groups.users.with_raw_response.list,
    cursor="next",
    decoder=structs.decoder(wire_access.InGroup),
    to_fact=wire_access.group_member,
)
GROUP_ROLES = Listing(
    kind=_below("group_roles", "groups", page_rows=_LONG),
    endpoint=lambda api: api.groups.roles.with_raw_response.list,
    cursor="next",
    decoder=structs.decoder(wire_access.Role),
    to_fact=wire_access.role_of_group,
)
PROJECT_USERS = Listing(
    kind=_below("project_users", "projects"),
    endpoint=lambda api: api.projects.users.with_raw_response.list,
    cursor="last_id",
    decoder=structs.decoder(wire.Member),
    to_fact=wire.membership,
)
PROJECT_GROUPS = Listing(
    kind=_below("project_groups", "projects"),
    endpoint=lambda api: api.projects.groups.with_raw_response.list,
    cursor="next",
    decoder=structs.decoder(wire_access.GroupInProject),
    to_fact=wire_access.group_in_project,
)
PROJECT_GROUP_ROLES = Listing(
    kind=_below("project_group_roles", "project_groups", page_rows=_LONG),
    endpoint=lambda api: _of_one_in_project(api.projects.groups.roles.with_raw_response.list),
    cursor="next",
    decoder=structs.decoder(wire_access.Role),
    to_fact=wire_access.role_of_group_in_project,
)
PROJECT_USER_ROLES = Listing(
    kind=_below("project_user_roles", "project_users", page_rows=_LONG),
    endpoint=lambda api: _of_one_in_project(api.projects.users.roles.with_raw_response.list),
    cursor="next",
    decoder=structs.decoder(wire_access.Role),
    to_fact=wire_access.role_of_user_in_project,
)
PROJECT_ROLES = Listing(
    kind=_below("project_roles", "projects", page_rows=_LONG),
    endpoint=lambda api: api.projects.roles.with_raw_response.list,
    cursor="next",
    decoder=structs.decoder(wire_access.Role),
    to_fact=wire_access.role,
)
SERVICE_ACCOUNTS = Listing(
    kind=_below("service_accounts", "projects"),
    endpoint=lambda api: api.projects.service_accounts.with_raw_response.list,
    cursor="last_id",
    decoder=structs.decoder(wire_access.ServiceAccountRecord),
    to_fact=wire_access.service_account,
)
PROJECT_KEYS = Listing(
    kind=_below("project_keys", "projects", of_archived=True),
    endpoint=lambda api: api.projects.api_keys.with_raw_response.list,
    cursor="last_id",
    # Left out, keys whose owner lost the project are hidden: those that matter most.
    parameters={"owner_project_access": "any"},
    decoder=structs.decoder(wire_keys.ProjectKey),
    to_fact=wire_keys.project_key,
)
FEDERATION_RULES = Listing(
    kind=_below("federation_rules", "identity_providers"),
    endpoint=lambda api: api.workload_identity_providers.federation_rules.with_raw_response.list,
    cursor="last_id",
    decoder=structs.decoder(wire_keys.FederationRuleRecord),
    to_fact=wire_keys.federation_rule,
)
USER_ROLES = Listing(
    kind=_below("user_roles", "users", page_rows=_LONG),
    endpoint=lambda api: api.users.roles.with_raw_response.list,
    cursor="next",
    decoder=structs.decoder(wire_access.Role),
    to_fact=wire_access.role_of_user,
)


LISTINGS = {
    row.kind.kind: row
    for row in (
        *(USERS, INVITES, PROJECTS, GROUPS, ROLES, ADMIN_KEYS, IDENTITY_PROVIDERS),
        *(GROUP_USERS, GROUP_ROLES),
        *(PROJECT_USERS, PROJECT_GROUPS, PROJECT_GROUP_ROLES, PROJECT_ROLES),
        *(SERVICE_ACCOUNTS, PROJECT_KEYS, FEDERATION_RULES, USER_ROLES, PROJECT_USER_ROLES),
    )
}
