"""The control endpoints for groups and roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from tenure.simulator.openai.company_file import CompanyGroup, CompanyRole
from tenure.simulator.openai.custom_roles import (
    change_custom_role,
    delete_custom_role,
    record_new_role,
)
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.finding import (
    find_group,
    find_principal,
    find_project,
    find_role_named,
    find_user,
)
from tenure.simulator.openai.furnishing_access import add_group, add_role
from tenure.simulator.openai.grants import assign, catalogue, held_directly, unassign
from tenure.simulator.openai.groups import (
    add_project_group,
    add_to_group,
    delete_group,
    remove_from_group,
    rename_group,
)
from tenure.simulator.openai.model import Role
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.places import Place, organization_place
from tenure.simulator.openai.simulator import Simulator

Body = dict[str, Any]


def _groups(simulator: Simulator, _request: Request, _body: Body) -> object:
    organization = simulator.organization
    return {
        "groups": [
            msgspec.to_builtins(group)
            | {
                "members": list(organization.group_members[group.id]),
                "roles": organization.assignments.get(group.id, []),
            }
            for group in organization.groups
        ]
    }


def _add_group(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "members": [...], "roles": [...], "projects": [{"name", "role"}], ...}."""
    described = msgspec.convert({"created_at": "-0s", **body}, CompanyGroup)
    faults, actor = simulator.faults, request.state.actor
    return add_group(simulator.organization, described, faults=faults, actor=actor)


def _change_group(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "is_scim_managed"}."""
    organization = simulator.organization
    group = find_group(organization, request.path_params["which"])
    if "name" in body:
        rename_group(organization, group, body["name"], actor=request.state.actor)
    managed = body.get("is_scim_managed", group.is_scim_managed)
    organization.groups.update(group, is_scim_managed=managed)
    return group


def _remove_group(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    group = find_group(organization, request.path_params["which"])
    delete_group(organization, group, faults=simulator.faults, actor=actor)
    return {"removed": group.id}


def _put_member(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    group = find_group(organization, request.path_params["which"])
    user = find_user(organization, request.path_params["who"])
    add_to_group(organization, group.id, user, faults=simulator.faults, actor=actor)
    return {"group": group.id, "user": user.id}


def _remove_member(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    group = find_group(organization, request.path_params["which"])
    user = find_user(organization, request.path_params["who"])
    if organization.group_members[group.id].get(user.id) is None:
        raise ApiError(404, f"{user.email} is no member of {group.name}.")
    remove_from_group(organization, group.id, user.id, faults=simulator.faults, actor=actor)
    return {"removed": user.id}


def _roles(simulator: Simulator, request: Request, _body: Body) -> object:
    """The organization's, or with `project` those of one."""
    organization = simulator.organization
    place = _place(organization, request.query_params.get("project"))
    return {"roles": list(catalogue(organization, place))}


def _add_role(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "permissions", "description", "project"}."""
    organization, actor = simulator.organization, request.state.actor
    place = _place(organization, body.pop("project", None))
    role = add_role(organization, place, msgspec.convert(body, CompanyRole))
    record_new_role(organization, place, role, actor=actor)
    return role


def _change_role(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "description", "permissions", "project"}."""
    organization, place, role = _custom_role(simulator, request, body.get("project"))
    change_custom_role(
        organization,
        place,
        role,
        name=body.get("name"),
        description=body.get("description"),
        permissions=body.get("permissions"),
        actor=request.state.actor,
    )
    return role


def _remove_role(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"project"}."""
    organization, place, role = _custom_role(simulator, request, body.get("project"))
    delete_custom_role(organization, place, role, actor=request.state.actor)
    return {"removed": role.id}


def _custom_role(
    simulator: Simulator, request: Request, project: str | None
) -> tuple[Organization, Place, Role]:
    organization = simulator.organization
    place = _place(organization, project)
    role = find_role_named(organization, place, request.path_params["which"])
    if role.predefined_role:
        raise ApiError(400, f"{role.name} is predefined and stays as it is.")
    return organization, place, role


def _assign(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"role", "to": a user, group or service account, "project"}."""
    organization, faults = simulator.organization, simulator.faults
    actor = request.state.actor
    place = _place(organization, body.get("project"))
    role = find_role_named(organization, place, body["role"])
    principal = find_principal(organization, place, body["to"])
    group = organization.groups.get(principal.id)
    if group is not None and place.type == "project":
        add_project_group(organization, place.id, group, role.id, faults=faults, actor=actor)
    else:
        assign(organization, place, principal, role.id, faults=faults, actor=actor)
    return {"role": role.id, "to": principal.id}


def _unassign(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"role", "to", "project"}."""
    organization, actor = simulator.organization, request.state.actor
    place = _place(organization, body.get("project"))
    role = find_role_named(organization, place, body["role"])
    principal = find_principal(organization, place, body["to"])
    if role.id not in held_directly(organization, place, principal):
        raise ApiError(404, f"{body['to']} does not hold {role.name} there.")
    unassign(organization, place, principal, role.id, faults=simulator.faults, actor=actor)
    return {"role": role.id, "from": principal.id}


def _place(organization: Organization, project: str | None) -> Place:
    if project is None:
        return organization_place(organization)
    return Place("project", find_project(organization, project).id)


GROUP_VERBS: Mapping[str, Mapping[str, Callable[[Simulator, Request, Body], object]]] = {
    "/groups": {"GET": _groups, "POST": _add_group},
    "/groups/{which}": {"POST": _change_group, "DELETE": _remove_group},
    "/groups/{which}/members/{who}": {"POST": _put_member, "DELETE": _remove_member},
    "/roles": {"GET": _roles, "POST": _add_role},
    "/roles/{which}": {"POST": _change_role, "DELETE": _remove_role},
    "/assignments": {"POST": _assign, "DELETE": _unassign},
}
