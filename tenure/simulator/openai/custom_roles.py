"""Roles that somebody of the organization has made: making, changing and deleting them."""

from __future__ import annotations

from typing import Any

from tenure.simulator.openai import facts
from tenure.simulator.openai.grants import catalogue, taken
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.model import Role
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.places import Place, Principal


def record_new_role(
    organization: Organization, place: Place, role: Role, *, actor: Actor | None
) -> None:
    """What the log tells of a role that is in the catalogue from now on."""
    organization.record(
        "role.created",
        actor,
        project=organization.projects.get(place.id),
        id=role.id,
        role_name=role.name,
        permissions=role.permissions,
        resource_type=role.resource_type,
        resource_id=place.id,
    )


def change_custom_role(
    organization: Organization,
    place: Place,
    role: Role,
    *,
    name: str | None = None,
    description: str | None = None,
    permissions: list[str] | None = None,
    actor: Actor | None,
) -> None:
    """Another name, description or permissions; the log tells what was asked for."""
    asked: dict[str, Any] = {"name": name, "description": description, "permissions": permissions}
    fields = {field: value for field, value in asked.items() if value is not None}
    before = set(role.permissions)
    catalogue(organization, place).update(role, **fields)
    changes: dict[str, Any] = {
        "permissions_added": sorted(set(role.permissions) - before),
        "permissions_removed": sorted(before - set(role.permissions)),
    }
    if name is not None:
        changes["role_name"] = name
    project = organization.projects.get(place.id)
    organization.record(
        "role.updated", actor, project=project, id=role.id, changes_requested=changes
    )


def delete_custom_role(
    organization: Organization, place: Place, role: Role, *, actor: Actor | None
) -> None:
    """Whoever holds it holds it no longer."""
    held = organization.assignments
    if place.type == "project":
        held = organization.project_assignments.get(place.id, {})
    for holder, role_ids in held.items():
        if role.id in role_ids:
            role_ids.remove(role.id)
            user = organization.users.get(holder)
            principal = facts.of_user(user) if user else Principal("group", holder)
            taken(organization, principal, place, role.id, actor)
    catalogue(organization, place).remove(role.id)
    project = organization.projects.get(place.id)
    organization.record("role.deleted", actor, project=project, id=role.id)
