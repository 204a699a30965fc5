"""Keys of projects, and the service accounts that can own them."""

from __future__ import annotations

from tenure.simulator.openai import facts
from tenure.simulator.openai.access import redacted
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.federation import delete_federation_rule, rules_of
from tenure.simulator.openai.grants import given, has_access, taken, unassign_all
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.identifiers import derive
from tenure.simulator.openai.keys import SCOPES, VALUE_LENGTH, revoke_keys
from tenure.simulator.openai.model import (
    READER,
    Credential,
    KeyOwner,
    ProjectKey,
    ServiceAccount,
    User,
)
from tenure.simulator.openai.organization import Organization, predefined_role_id
from tenure.simulator.openai.places import Place, Principal, organization_place
from tenure.simulator.openai.shelf import Shelf


def make_service_account(
    organization: Organization,
    project_id: str,
    name: str,
    *,
    actor: Actor | None,
    role: str = "member",
    created_at: int | None = None,
    user: User | None = None,
) -> ServiceAccount:
    """A machine in a project. The list of users has it too, under the same id."""
    made_at = organization.now() if created_at is None else created_at
    if user is None:
        user = User(
            id=organization.mint("user-"),
            name=name,
            email=None,
            role=READER,
            added_at=made_at,
            created=made_at,
            is_service_account=True,
        )
        organization.users.add(user)
    machine = ServiceAccount(id=user.id, name=name, role=role, created_at=made_at)
    organization.service_accounts.setdefault(project_id, Shelf()).add(machine)
    _admit(organization, project_id, user, machine, actor=actor)
    return machine


def _admit(
    organization: Organization,
    project_id: str,
    user: User,
    machine: ServiceAccount,
    *,
    actor: Actor | None,
) -> None:
    there, place = organization_place(organization), Place("project", project_id)
    organization.begin(facts.account(organization, user), actor)
    held = predefined_role_id(READER, organization.id)
    organization.begin(facts.service_account(machine.id, project_id), actor)
    project = organization.projects.get(project_id)
    data = {"role": machine.role}
    organization.record("service_account.created", actor, project=project, id=user.id, data=data)
    given(organization, facts.of_user(user), there, held, actor)
    if machine.role != "none":
        held = predefined_role_id(machine.role)
        given(organization, facts.of_user(user), place, held, actor)


def change_service_account(
    organization: Organization,
    project_id: str,
    machine: ServiceAccount,
    *,
    name: str | None,
    role: str | None,
    actor: Actor | None,
) -> None:
    """Another name or role."""
    before, place = machine.role, Place("project", project_id)
    principal = Principal("service_account", machine.id)
    organization.service_accounts[project_id].update(
        machine, name=name or machine.name, role=role or before
    )
    if (user := organization.users.get(machine.id)) is not None:
        organization.users.update(user, name=machine.name)
    if role is None or role == before:
        return
    organization.record(
        "service_account.updated",
        actor,
        project=organization.projects.get(project_id),
        id=machine.id,
        changes_requested={"role": role},
    )
    if before != "none":
        held = predefined_role_id(before)
        taken(organization, principal, place, held, actor, since=machine.created_at)
    given(organization, principal, place, predefined_role_id(role), actor)


def drop_service_account(
    organization: Organization, account_id: str, *, faults: Faults, actor: Actor | None
) -> bool:
    """Delete a service account wherever it is, with its keys and rules; true if there was one."""
    principal, found = Principal("service_account", account_id), False
    for project_id, machines in organization.service_accounts.items():
        machine = machines.remove(account_id, now=organization.clock.now(), **faults.lags())
        if machine is None:
            continue
        found, place = True, Place("project", project_id)
        keys = organization.project_keys.get(project_id, ())
        for key in [key for key in keys if key.owner.id == account_id]:
            delete_project_key(organization, project_id, key, faults=faults, actor=actor)
        for rule in rules_of(organization, account_id):
            delete_federation_rule(organization, rule, faults=faults, actor=actor)
        unassign_all(organization, place, principal, actor=actor)
        if machine.role != "none":
            held = predefined_role_id(machine.role)
            taken(organization, principal, place, held, actor, since=machine.created_at)
        fact = facts.service_account(account_id, project_id)
        organization.end(fact, actor, since=machine.created_at)
        project = organization.projects.get(project_id)
        organization.record("service_account.deleted", actor, project=project, id=account_id)
    return found


def make_project_key(
    organization: Organization,
    project_id: str,
    owner: User | ServiceAccount,
    *,
    name: str,
    actor: Actor | None,
    scopes: list[str] | None = None,
    created_at: int | None = None,
    expires_at: int | None = None,
    last_used_at: int | None = None,
) -> tuple[str, ProjectKey]:
    """A key that works at once: its value, and how it is listed."""
    key_id = organization.mint("key_")
    value = "sk-proj-" + derive(organization.seed, "value", key_id, length=VALUE_LENGTH)
    row = ProjectKey(
        id=key_id,
        name=name,
        redacted_value=redacted(value),
        created_at=organization.now() if created_at is None else created_at,
        last_used_at=last_used_at,
        expires_at=expires_at,
        owner=owner_of(owner),
    )
    organization.project_keys.setdefault(project_id, Shelf()).add(row)
    if not organization.is_founding:
        organization.credentials[value] = Credential(
            id=key_id,
            kind="project",
            owner_id=owner.id,
            scopes=SCOPES["project"],
            expires_at=expires_at,
        )
        organization.begin(facts.project_key(row, project_id), actor)
        project = organization.projects.get(project_id)
        data = {"scopes": scopes or ["all"]}
        organization.record("api_key.created", actor, project=project, id=key_id, data=data)
    return value, row


def delete_project_key(
    organization: Organization,
    project_id: str,
    key: ProjectKey,
    *,
    faults: Faults,
    actor: Actor | None,
) -> None:
    now = organization.clock.now()
    organization.project_keys[project_id].remove(key.id, now=now, **faults.lags())
    revoke_keys(organization, {key.id}, faults=faults)
    organization.end(facts.project_key(key, project_id), actor, since=key.created_at)
    project = organization.projects.get(project_id)
    organization.record("api_key.deleted", actor, project=project, id=key.id)


def settle_access(organization: Organization, project_id: str) -> Shelf[ProjectKey]:
    """The keys of a project, each saying whether its owner can act there now."""
    keys = organization.project_keys.setdefault(project_id, Shelf())
    for key in keys:
        owner = Principal(key.owner.type, key.owner.id)
        access = "active" if has_access(organization, project_id, owner) else "inactive"
        if key.owner_project_access != access:
            keys.update(key, owner_project_access=access)
    return keys


def owner_of(owner: User | ServiceAccount) -> KeyOwner:
    if isinstance(owner, ServiceAccount):
        machine = {n: getattr(owner, n) for n in ("id", "name", "created_at", "role")}
        return KeyOwner(type="service_account", service_account=machine)
    person = {
        "id": owner.id,
        "email": owner.email or "",
        "name": owner.name or "",
        "created_at": owner.created,
        "role": owner.role or "",
    }
    return KeyOwner(type="user", user=person)
