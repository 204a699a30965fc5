"""Putting the roles, groups, keys and activity of a company file into an organization."""

from __future__ import annotations

from collections.abc import Callable

from tenure.simulator.openai.company_file import (
    BadCompanyError,
    CompanyFile,
    CompanyGroup,
    CompanyIdentityProvider,
    CompanyKey,
    CompanyProject,
    CompanyRole,
    CompanyRule,
    CompanyUsage,
    instant,
)
from tenure.simulator.openai.consumption import use
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.federation import make_federation_rule, make_identity_provider
from tenure.simulator.openai.finding import (
    find_machine,
    find_owner,
    find_project,
    find_project_key,
    find_role_named,
    find_user,
)
from tenure.simulator.openai.grants import assign, catalogue
from tenure.simulator.openai.groups import add_project_group, add_to_group, make_group
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.keys import make_key
from tenure.simulator.openai.model import (
    FederationRule,
    Group,
    IdentityProvider,
    ProjectKey,
    Role,
    Usage,
)
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.places import Place, Principal, organization_place
from tenure.simulator.openai.project_keys import make_project_key, make_service_account
from tenure.simulator.openai.sessions import record_login, session_of


def furnish_project(
    organization: Organization, described: CompanyProject, *, actor: Actor | None = None
) -> None:
    """What a project has beside members."""
    project = next(p for p in reversed(list(organization.projects)) if p.name == described.name)
    place = Place("project", project.id)
    for role in described.roles:
        add_role(organization, place, role)
    for machine in described.service_accounts:
        made_at = instant(machine.created_at, organization.now())
        make_service_account(
            organization,
            project.id,
            machine.name,
            role=machine.role,
            created_at=made_at,
            actor=actor,
        )
    with_sense(lambda: [add_key(organization, project.id, key, actor) for key in described.keys])


def furnish_access(organization: Organization, written: CompanyFile) -> None:
    """What is the organization's own, and what happened in it."""
    for role in written.roles:
        add_role(organization, organization_place(organization), role)
    with_sense(lambda: _furnish_the_rest(organization, written))


def _furnish_the_rest(organization: Organization, written: CompanyFile) -> None:
    for group in written.groups:
        add_group(organization, group, faults=Faults(), actor=None)
    for key in written.admin_keys:
        add_admin_key(organization, key)
    for provider in written.identity_providers:
        add_identity_provider(organization, provider)
    for login in written.logins:
        user = find_user(organization, login.user)
        at = instant(login.at, organization.now())
        record_login(organization, session_of(organization, user), at=at, failed=login.failed)
    for used in written.usage:
        add_usage(organization, used)


def with_sense(do: Callable[[], object]) -> None:
    """Run, and blame the company file for what it names and does not have."""
    try:
        do()
    except ApiError as error:
        raise BadCompanyError(error.message) from None


def add_role(organization: Organization, place: Place, described: CompanyRole) -> Role:
    """A custom role."""
    role = Role(
        id=organization.mint("role_"),
        name=described.name,
        description=described.description,
        permissions=described.permissions,
        resource_type=place.resource_type,
        predefined_role=False,
    )
    catalogue(organization, place).add(role)
    return role


def add_group(
    organization: Organization, described: CompanyGroup, *, faults: Faults, actor: Actor | None
) -> Group:
    """A group with its members, roles and projects."""
    users = [find_user(organization, who) for who in described.members]
    group = make_group(
        organization,
        described.name,
        group_id=described.id,
        created_at=instant(described.created_at, organization.now()),
        is_scim_managed=described.is_scim_managed,
        actor=actor,
    )
    for user in users:
        add_to_group(organization, group.id, user, faults=faults, actor=actor)
    place = organization_place(organization)
    for name in described.roles:
        role = find_role_named(organization, place, name)
        principal = Principal("group", group.id)
        assign(organization, place, principal, role.id, faults=faults, actor=actor)
    for reached in described.projects:
        project_id = find_project(organization, reached.name).id
        role = find_role_named(organization, Place("project", project_id), reached.role)
        add_project_group(organization, project_id, group, role.id, faults=faults, actor=actor)
    return group


def add_key(
    organization: Organization, project_id: str, described: CompanyKey, actor: Actor | None = None
) -> tuple[str, ProjectKey]:
    """A project's key, with its value."""
    now = organization.now()
    return make_project_key(
        organization,
        project_id,
        find_owner(organization, project_id, described.owner),
        name=described.name,
        scopes=described.scopes,
        created_at=instant(described.created_at, now),
        expires_at=instant(described.expires_at, now),
        last_used_at=instant(described.last_used_at, now),
        actor=actor,
    )


def add_admin_key(organization: Organization, described: CompanyKey) -> tuple[str, str]:
    """A key of the administration API, with its value first."""
    now = organization.now()
    return make_key(
        organization,
        "admin",
        find_user(organization, described.owner),
        name=described.name,
        scopes=described.scopes,
        created_at=instant(described.created_at, now),
        expires_at=instant(described.expires_at, now),
        last_used_at=instant(described.last_used_at, now),
    )


def add_identity_provider(
    organization: Organization, described: CompanyIdentityProvider, *, actor: Actor | None = None
) -> IdentityProvider:
    """Whose tokens are believed, with the rules for them."""
    provider = make_identity_provider(
        organization,
        described.name,
        issuer=described.issuer,
        audience=described.audience,
        description=described.description,
        enabled=described.enabled,
        created_at=instant(described.created_at, organization.now()),
        actor=actor,
    )
    for rule in described.rules:
        add_rule(organization, provider, rule, actor=actor)
    return provider


def add_rule(
    organization: Organization,
    provider: IdentityProvider,
    described: CompanyRule,
    *,
    actor: Actor | None = None,
) -> FederationRule:
    project = find_project(organization, described.project)
    return make_federation_rule(
        organization,
        provider,
        project_id=project.id,
        service_account_id=find_machine(organization, project.id, described.service_account).id,
        matchers=described.matchers,
        name=described.name,
        scopes=described.scopes,
        enabled=described.enabled,
        created_at=instant(described.created_at, organization.now()),
        actor=actor,
    )


def add_usage(organization: Organization, described: CompanyUsage) -> Usage:
    """A use; of a key named without its owner, by that."""
    project = find_project(organization, described.project) if described.project else None
    key = None
    if project is not None and described.key:
        key = find_project_key(organization, project.id, described.key)
    user = find_user(organization, described.user) if described.user else None
    owner_id = key.owner.id if key and key.owner.type == "user" else None
    used = Usage(
        at=instant(described.at, organization.now()) or organization.now(),
        project_id=project.id if project else None,
        user_id=user.id if user else owner_id,
        api_key_id=key.id if key else described.key,
        model=described.model,
        requests=described.requests,
        input=described.input,
        output=described.output,
    )
    use(organization, described.kind, used)
    return used
