"""The catalogues of roles: the organization's, and each project's."""

from __future__ import annotations

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.chaining import token_page
from tenure.simulator.openai.custom_roles import (
    change_custom_role,
    delete_custom_role,
    record_new_role,
)
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.grants import catalogue, find_role
from tenure.simulator.openai.model import Role
from tenure.simulator.openai.places import Place, organization_place

ORGANIZATION = "/v1/organization/roles"
PROJECT = "/v1/projects/{project_id}/roles"


def list_roles(call: Call) -> Reply:
    """P2."""
    return token_page(call, catalogue(call.organization, _where(call)))


def get_role(call: Call) -> Reply:
    return json_reply(_role(call))


def create_role(call: Call) -> Reply:
    """A custom role."""
    organization, place = call.organization, _where(call)
    role = Role(
        id=organization.mint("role_"),
        name=call.text("role_name"),
        description=call.optional_text("description"),
        permissions=_permissions(call),
        resource_type=place.resource_type,
        predefined_role=False,
    )
    catalogue(organization, place).add(role)
    record_new_role(organization, place, role, actor=call.actor())
    return json_reply(role)


def update_role(call: Call) -> Reply:
    """Name, description or permissions of a custom role."""
    role, is_given = _custom(call), call.body().get("permissions") is not None
    change_custom_role(
        call.organization,
        _where(call),
        role,
        name=call.optional_text("role_name"),
        description=call.optional_text("description"),
        permissions=_permissions(call) if is_given else None,
        actor=call.actor(),
    )
    return json_reply(role)


def delete_role(call: Call) -> Reply:
    """Whoever holds it holds it no longer."""
    role = _custom(call)
    delete_custom_role(call.organization, _where(call), role, actor=call.actor())
    return json_reply({"object": "role.deleted", "id": role.id, "deleted": True})


def _where(call: Call) -> Place:
    if "project_id" in call.params:
        return Place("project", lookup.open_project(call).id)
    return organization_place(call.organization)


def _role(call: Call) -> Role:
    role = find_role(call.organization, _where(call), call.params["role_id"])
    if role is None:
        raise not_found("Role")
    return role


def _custom(call: Call) -> Role:
    role = _role(call)
    if role.predefined_role:
        raise ApiError(400, "Predefined roles cannot be changed.", param="role_id")
    return role


def _permissions(call: Call) -> list[str]:
    permissions = call.body().get("permissions")
    if not isinstance(permissions, list):
        raise ApiError(400, "Missing required parameter: 'permissions'.", param="permissions")
    return [str(permission) for permission in permissions]


ENDPOINTS = [
    endpoint
    for path, collection in ((ORGANIZATION, "roles"), (PROJECT, "project_roles"))
    for endpoint in (
        Endpoint("GET", path, collection, list_roles),
        Endpoint("POST", path, collection, create_role, creates=True),
        Endpoint("GET", path + "/{role_id}", collection, get_role),
        Endpoint("POST", path + "/{role_id}", collection, update_role),
        Endpoint("DELETE", path + "/{role_id}", collection, delete_role),
    )
]
