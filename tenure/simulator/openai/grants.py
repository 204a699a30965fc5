"""Roles: who holds which where, directly and through groups, and giving and taking them."""

from __future__ import annotations

from tenure.simulator.openai import facts
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.history import Actor, Fact
from tenure.simulator.openai.model import OWNER, READER, Role, User
from tenure.simulator.openai.organization import (
    PROJECT_ROLES,
    Organization,
    predefined_project_roles,
    predefined_role_id,
)
from tenure.simulator.openai.places import Place, Principal, organization_place
from tenure.simulator.openai.shelf import Shelf


def catalogue(organization: Organization, place: Place) -> Shelf[Role]:
    """The roles that can be held in a place."""
    if place.type == "organization":
        return organization.roles
    if place.id not in organization.project_roles:
        organization.project_roles[place.id] = Shelf(predefined_project_roles())
    return organization.project_roles[place.id]


def find_role(organization: Organization, place: Place, role_id: str) -> Role | None:
    """By id; predefined roles of projects also have a long one that names the project."""
    short = role_id.removesuffix(f"__api-project__{place.id}")
    return catalogue(organization, place).get(short)


def held_directly(organization: Organization, place: Place, principal: Principal) -> list[str]:
    """Ids of the roles assigned to a user, group or service account itself."""
    if place.type == "organization":
        user = organization.users.get(principal.id)
        own = [predefined_role_id(user.role, organization.id)] if user and user.role else []
        return own + organization.assignments.get(principal.id, [])
    member = organization.members[place.id].get(principal.id)
    machines = organization.service_accounts.get(place.id)
    machine = machines.get(principal.id) if machines is not None else None
    assigned = organization.project_assignments.get(place.id, {}).get(principal.id, [])
    held = member or machine
    return ([predefined_role_id(held.role)] if held and held.role != "none" else []) + assigned


def groups_of(organization: Organization, user_id: str) -> list[str]:
    """Ids of the groups somebody is a member of."""
    return [g.id for g in organization.groups if organization.group_members[g.id].get(user_id)]


def held_through_groups(
    organization: Organization, place: Place, user_id: str
) -> dict[str, list[str]]:
    """By role, the groups it is inherited from."""
    held: dict[str, list[str]] = {}
    for group_id in groups_of(organization, user_id):
        for role_id in held_directly(organization, place, Principal("group", group_id)):
            held.setdefault(role_id, []).append(group_id)
    return held


def has_access(organization: Organization, project_id: str, principal: Principal) -> bool:
    """Whether somebody can act in a project: by a role there, own or inherited, or as an owner."""
    place = Place("project", project_id)
    if held_directly(organization, place, principal):
        return True
    user = organization.users.get(principal.id)
    if user is None or principal.type != "user":
        return False
    return user.role == OWNER or bool(held_through_groups(organization, place, user.id))


def assign(
    organization: Organization,
    place: Place,
    principal: Principal,
    role_id: str,
    *,
    faults: Faults,
    actor: Actor | None,
) -> None:
    """Give a role that is not held yet; the predefined ones of users are one at a time."""
    user = organization.users.get(principal.id)
    if user is not None and (name := predefined(organization, place, role_id)):
        if place.type == "project":
            set_project_role(organization, user, place.id, name, actor=actor)
        else:
            if name != OWNER:
                check_not_last_owner(organization, user, faults=faults)
            change_role(organization, user, name, faults=faults, actor=actor)
    elif role_id not in held_directly(organization, place, principal):
        _assigned(organization, place).setdefault(principal.id, []).append(role_id)
        given(organization, principal, place, role_id, actor)


def unassign(
    organization: Organization,
    place: Place,
    principal: Principal,
    role_id: str,
    *,
    faults: Faults,
    actor: Actor | None,
) -> None:
    """Take a role away; without owner a user is a reader, without a role in a project nothing."""
    user = organization.users.get(principal.id)
    if user is not None and (name := predefined(organization, place, role_id)):
        if place.type == "project":
            set_project_role(organization, user, place.id, None, actor=actor)
        else:
            if name == OWNER:
                check_not_last_owner(organization, user, faults=faults)
            change_role(organization, user, READER, faults=faults, actor=actor)
    else:
        _assigned(organization, place)[principal.id].remove(role_id)
        taken(organization, principal, place, role_id, actor)


def unassign_all(
    organization: Organization, place: Place, principal: Principal, *, actor: Actor | None
) -> None:
    """Take away every role assigned beside the predefined one."""
    for role_id in _assigned(organization, place).pop(principal.id, []):
        taken(organization, principal, place, role_id, actor)


def change_role(
    organization: Organization, user: User, role: str, *, faults: Faults, actor: Actor | None
) -> None:
    """Give a user another organization role; readers may see it later."""
    before = user.role
    organization.users.update(
        user, role=role, now=organization.clock.now(), seen_after=faults.seconds("role_lag")
    )
    if before == role:
        return
    organization.record("user.updated", actor, id=user.id, changes_requested={"role": role})
    principal, place = facts.of_user(user), organization_place(organization)
    if before is not None:
        held = predefined_role_id(before, organization.id)
        taken(organization, principal, place, held, actor, since=user.added_at)
    if role is not None:
        given(organization, principal, place, predefined_role_id(role, organization.id), actor)


def set_project_role(
    organization: Organization,
    user: User,
    project_id: str,
    role: str | None,
    *,
    faults: Faults | None = None,
    actor: Actor | None,
) -> None:
    """Make a user a member of a project with this role, change it, or with None end it."""
    members, place = organization.members[project_id], Place("project", project_id)
    member, principal = members.get(user.id), facts.of_user(user)
    before = member.role if member else None
    if before == role:
        return
    if member is None:
        organization.join(user, project_id, role or "member")
    elif role is None:
        lags = faults.lags() if faults else {}
        members.remove(user.id, now=organization.clock.now(), **lags)
    else:
        members.update(member, role=role)
    if member is not None and before is not None:
        held = predefined_role_id(before)
        taken(organization, principal, place, held, actor, since=member.added_at)
    if role is not None:
        given(organization, principal, place, predefined_role_id(role), actor)


def given(
    organization: Organization,
    principal: Principal,
    place: Place,
    role_id: str,
    actor: Actor | None,
) -> None:
    """Write down that a role is held from now on."""
    fact = facts.role(principal, place, role_id)
    organization.begin(fact, actor)
    _record(organization, "created", fact, actor)


def taken(
    organization: Organization,
    principal: Principal,
    place: Place,
    role_id: str,
    actor: Actor | None,
    *,
    since: float | None = None,
) -> None:
    """Write down that a role is no longer held; `since` is when it began, if before the start."""
    began = _began(organization, place, principal) if since is None else since
    fact = facts.role(principal, place, role_id)
    organization.end(fact, actor, since=began)
    _record(organization, "deleted", fact, actor)


def predefined(organization: Organization, place: Place, role_id: str) -> str | None:
    """The name of a predefined role, None for another."""
    if place.type == "project":
        return next((n for n in PROJECT_ROLES if predefined_role_id(n) == role_id), None)
    ids = {predefined_role_id(role, organization.id): role for role in (OWNER, READER)}
    return ids.get(role_id)


def check_not_last_owner(organization: Organization, user: User, *, faults: Faults) -> None:
    """Nobody documents what happens here, so the refusal and its status are a switch."""
    status = faults.value("last_owner")
    if status != "allow" and user.role == OWNER and organization.owners() == 1:
        raise ApiError(
            int(status), "The organization must have at least one owner.", code="last_owner"
        )


def _assigned(organization: Organization, place: Place) -> dict[str, list[str]]:
    if place.type == "organization":
        return organization.assignments
    return organization.project_assignments.setdefault(place.id, {})


def _began(organization: Organization, place: Place, principal: Principal) -> float:
    """When what was there at the start is taken to have begun, as `facts.current` does."""
    holder = organization.groups.get(principal.id) or organization.users.get(principal.id)
    if place.type == "project":
        groups = organization.project_groups.get(place.id)
        there = groups.get(principal.id) if groups is not None else None
        project = organization.projects.get(place.id)
        return float(there.created_at if there else project.created_at if project else 0)
    return float(getattr(holder, "created_at", getattr(holder, "added_at", 0)))


def _record(
    organization: Organization,
    verb: str,
    fact: Fact,
    actor: Actor | None,
) -> None:
    organization.record(
        f"role.assignment.{verb}",
        actor,
        project=organization.projects.get(fact.resource_id),
        id=fact.id,
        principal_id=fact.subject_id,
        principal_type=fact.subject_type,
        resource_id=fact.resource_id,
        resource_type=f"api.{fact.resource_type}",
    )
