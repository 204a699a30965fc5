"""What a company file or a control request names: by id, e-mail or name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.grants import catalogue
from tenure.simulator.openai.model import (
    FederationRule,
    Group,
    IdentityProvider,
    Project,
    ProjectKey,
    Role,
    ServiceAccount,
    User,
)
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.places import Place, Principal

T = TypeVar("T", FederationRule, Group, IdentityProvider, Project, ProjectKey, Role, ServiceAccount)


def find_user(organization: Organization, who: str) -> User:
    """By id or e-mail."""
    user = organization.users.get(who) or next(organization.users_with_email(who), None)
    if user is None:
        raise ApiError(404, f"There is no user {who}.")
    return user


def find_project(organization: Organization, which: str) -> Project:
    return _named("project", organization.projects, which)


def find_group(organization: Organization, which: str) -> Group:
    return _named("group", organization.groups, which)


def find_role_named(organization: Organization, place: Place, which: str) -> Role:
    """A role that can be held in a place."""
    return _named("role", catalogue(organization, place), which)


def find_machine(organization: Organization, project_id: str, which: str) -> ServiceAccount:
    machines = organization.service_accounts.get(project_id, ())
    return _named("service account", machines, which)


def find_project_key(organization: Organization, project_id: str, which: str) -> ProjectKey:
    return _named("key", organization.project_keys.get(project_id, ()), which)


def find_identity_provider(organization: Organization, which: str) -> IdentityProvider:
    return _named("identity provider", organization.identity_providers, which)


def find_rule(organization: Organization, provider_id: str, which: str) -> FederationRule:
    return _named("federation rule", organization.federation_rules[provider_id], which)


def find_owner(organization: Organization, project_id: str, who: str) -> User | ServiceAccount:
    """Who a project's key belongs to: a service account there, or a user."""
    for machine in organization.service_accounts.get(project_id, ()):
        if who in {machine.id, machine.name}:
            return machine
    return find_user(organization, who)


def find_principal(organization: Organization, place: Place, who: str) -> Principal:
    """A group, a service account or a user."""
    for group in organization.groups:
        if who in {group.id, group.name}:
            return Principal("group", group.id)
    owner = find_owner(organization, place.id, who)
    machine = isinstance(owner, ServiceAccount) or owner.is_service_account
    return Principal("service_account" if machine else "user", owner.id)


def _named(what: str, among: Iterable[T], which: str) -> T:
    for one in among:
        if which in {one.id, one.name}:
            return one
    raise ApiError(404, f"There is no {what} {which}.")
