"""Who holds which role: users and groups, in the organization and in projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tenure.simulator.openai import facts
from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.chaining import token_page
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.errors import not_found
from tenure.simulator.openai.grants import (
    assign,
    find_role,
    held_directly,
    held_through_groups,
    unassign,
)
from tenure.simulator.openai.groups import add_project_group
from tenure.simulator.openai.model import Group, Role
from tenure.simulator.openai.places import Place, Principal, organization_place
from tenure.simulator.openai.shelf import Shelf

Sources = list[dict[str, str]] | None


class AssignedRole(msgspec.Struct, kw_only=True):
    """A role as an assignment shows it: without `object`, with who gave it when."""

    id: str
    name: str
    description: str | None
    permissions: list[str]
    resource_type: str
    predefined_role: bool
    created_at: int | None = None
    updated_at: int | None = None
    created_by: str | None = None
    created_by_user_obj: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    assignment_sources: Sources = None


def list_assigned(call: Call) -> Reply:
    """P2: own roles first, then those inherited from groups, each telling from which."""
    place, principal = _where(call), _who(call)
    rows = [_assigned(call, i, None) for i in held_directly(call.organization, place, principal)]
    if principal.type != "group":
        inherited = held_through_groups(call.organization, place, principal.id)
        direct = {row.id for row in rows if row}
        rows += [
            _assigned(call, role_id, [_source(group_id) for group_id in group_ids])
            for role_id, group_ids in inherited.items()
            if role_id not in direct
        ]
    return token_page(call, Shelf(row for row in rows if row))


def get_assigned(call: Call) -> Reply:
    place, principal, role = _where(call), _who(call), _role(call, call.params["role_id"])
    sources: Sources = None
    if role.id not in held_directly(call.organization, place, principal):
        inherited = held_through_groups(call.organization, place, principal.id).get(role.id)
        if principal.type == "group" or inherited is None:
            raise not_found("Role assignment")
        sources = [_source(group_id) for group_id in inherited]
    return json_reply(_assigned(call, role.id, sources))


def give(call: Call) -> Reply:
    organization, place, principal = call.organization, _where(call), _who(call)
    role = _role(call, call.text("role_id"))
    faults, actor = call.faults, call.actor()
    group = organization.groups.get(principal.id)
    if group is not None and place.type == "project":
        add_project_group(organization, place.id, group, role.id, faults=faults, actor=actor)
    else:
        assign(organization, place, principal, role.id, faults=faults, actor=actor)
    if group is not None:
        return json_reply({"object": "group.role", "group": _embedded(group), "role": role})
    user = organization.users.get(principal.id)
    return json_reply({"object": "user.role", "user": user, "role": role})


def take(call: Call) -> Reply:
    """Only what is held directly can be taken away."""
    place, principal = _where(call), _who(call)
    role = find_role(call.organization, place, call.params["role_id"])
    kind = "group" if principal.type == "group" else "user"
    deleted: dict[str, object] = {"object": f"{kind}.role.deleted", "deleted": True}
    if role is None or role.id not in held_directly(call.organization, place, principal):
        return lookup.gone(call, "Role assignment", deleted)
    faults, actor = call.faults, call.actor()
    unassign(call.organization, place, principal, role.id, faults=faults, actor=actor)
    return json_reply(deleted)


def _where(call: Call) -> Place:
    if "project_id" in call.params:
        return Place("project", lookup.open_project(call).id)
    return organization_place(call.organization)


def _who(call: Call) -> Principal:
    if "group_id" in call.params:
        return Principal("group", lookup.group(call).id)
    return facts.of_user(lookup.user(call))


def _role(call: Call, role_id: str) -> Role:
    role = find_role(call.organization, _where(call), role_id)
    if role is None:
        raise not_found("Role")
    return role


def _assigned(call: Call, role_id: str, sources: Sources) -> AssignedRole | None:
    """When and by whom is known of what was assigned since the start."""
    place, principal = _where(call), _who(call)
    role = find_role(call.organization, place, role_id)
    if role is None:
        return None
    begun = call.organization.history.begun(facts.role(principal, place, role_id))
    fields = {n: getattr(role, n) for n in role.__struct_fields__}
    return AssignedRole(
        **fields,
        created_at=int(begun.begin) if begun and sources is None else None,
        assignment_sources=sources,
    )


def _source(group_id: str) -> dict[str, str]:
    return {"principal_id": group_id, "principal_type": "group"}


def _embedded(group: Group) -> dict[str, object]:
    """A group inside an assignment names its directory flag otherwise than the list does."""
    names = ("id", "name", "created_at")
    fields = {name: getattr(group, name) for name in names}
    return {"object": "group", **fields, "scim_managed": group.is_scim_managed}


def _family(path: str, collection: str, scope: str) -> list[Endpoint]:
    verbs: list[tuple[str, str, Callable[[Call], Reply]]] = [
        ("GET", path, list_assigned),
        ("POST", path, give),
        ("GET", path + "/{role_id}", get_assigned),
        ("DELETE", path + "/{role_id}", take),
    ]
    return [
        Endpoint(method, at, collection, handle, scope, creates=method == "POST")
        for method, at, handle in verbs
    ]


_ORGANIZATION, _PROJECT = "/v1/organization", "/v1/projects/{project_id}"
_USER, _GROUP = "/users/{user_id}/roles", "/groups/{group_id}/roles"
ENDPOINTS = [
    *_family(_ORGANIZATION + _USER, "user_roles", "api.management"),
    *_family(_ORGANIZATION + _GROUP, "group_roles", "api.groups"),
    *_family(_PROJECT + _USER, "project_user_roles", "api.management"),
    *_family(_PROJECT + _GROUP, "project_group_roles", "api.management"),
]
