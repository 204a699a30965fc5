"""The facts of an organization: how each is named, and which hold now."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.simulator.openai.history import Fact
from tenure.simulator.openai.model import AdminKey, FederationRule, ProjectKey, User
from tenure.simulator.openai.organization import Organization, predefined_role_id
from tenure.simulator.openai.places import Place, Principal, organization_place, project_place

Since = tuple[Fact, float]


def of_user(user: User) -> Principal:
    return Principal("service_account" if user.is_service_account else "user", user.id)


def account(organization: Organization, user: User) -> Fact:
    return _fact("account", of_user(user), organization_place(organization))


def role(principal: Principal, place: Place, role_id: str) -> Fact:
    return _fact("role", principal, place, role_id)


def group_member(principal: Principal, group_id: str) -> Fact:
    return _fact("group_member", principal, Place("group", group_id))


def service_account(account_id: str, project_id: str) -> Fact:
    return _fact(
        "service_account", Principal("service_account", account_id), project_place(project_id)
    )


def project_key(key: ProjectKey, project_id: str) -> Fact:
    owner = Principal(key.owner.type, key.owner.id)
    return _fact("credential", owner, project_place(project_id), key.id)


def admin_key(organization: Organization, key: AdminKey) -> Fact:
    owner = Principal(key.owner.type, key.owner.id)
    return _fact("credential", owner, organization_place(organization), key.id)


def federation_rule(rule: FederationRule) -> Fact:
    """A way in without a key, as a service account."""
    machine = Principal("service_account", rule.service_account_id)
    return _fact("credential", machine, project_place(rule.project_id), rule.id)


def current(organization: Organization) -> Iterator[Since]:
    """Every fact that holds now, and since when if nothing tells better."""
    organization.settle_invites()
    yield from _in_the_organization(organization)
    yield from _in_groups(organization)
    for project in organization.projects:
        yield from _in_a_project(organization, project.id)


def _in_the_organization(organization: Organization) -> Iterator[Since]:
    place = organization_place(organization)
    for user in organization.users:
        yield account(organization, user), user.added_at
        if user.role:
            role_id = predefined_role_id(user.role, organization.id)
            yield role(of_user(user), place, role_id), user.added_at
        for role_id in organization.assignments.get(user.id, ()):
            yield role(of_user(user), place, role_id), user.added_at
    for key in organization.admin_keys:
        yield admin_key(organization, key), key.created_at
    for rules in organization.federation_rules.values():
        for rule in rules:
            yield federation_rule(rule), rule.created_at
    for row in organization.invites:
        if row.status == "pending":
            yield organization.invite_fact(row), row.created_at


def _in_groups(organization: Organization) -> Iterator[Since]:
    place = organization_place(organization)
    for group in organization.groups:
        for role_id in organization.assignments.get(group.id, ()):
            yield role(Principal("group", group.id), place, role_id), group.created_at
        for member in organization.group_members[group.id]:
            user = organization.users.get(member.id)
            principal = of_user(user) if user else Principal("user", member.id)
            yield group_member(principal, group.id), group.created_at


def _in_a_project(organization: Organization, project_id: str) -> Iterator[Since]:
    place = project_place(project_id)
    for member in organization.members[project_id]:
        held = predefined_role_id(member.role)
        yield role(Principal("user", member.id), place, held), member.added_at
    for machine in organization.service_accounts.get(project_id, ()):
        yield service_account(machine.id, project_id), machine.created_at
        if machine.role != "none":
            held = predefined_role_id(machine.role)
            yield role(Principal("service_account", machine.id), place, held), machine.created_at
    for key in organization.project_keys.get(project_id, ()):
        yield project_key(key, project_id), key.created_at
    groups = organization.project_groups.get(project_id)
    project = organization.projects.get(project_id)
    created_at = project.created_at if project else 0
    for principal_id, role_ids in organization.project_assignments.get(project_id, {}).items():
        group = groups.get(principal_id) if groups is not None else None
        user = organization.users.get(principal_id)
        principal = (
            Principal("group", principal_id)
            if group
            else (of_user(user) if user else Principal("user", principal_id))
        )
        since = group.created_at if group else created_at
        for role_id in role_ids:
            yield role(principal, place, role_id), since


def _fact(kind: str, subject: Principal, place: Place, named: str = "") -> Fact:
    return Fact(
        kind=kind,
        subject_type=subject.type,
        subject_id=subject.id,
        resource_type=place.type,
        resource_id=place.id,
        id=named,
    )
