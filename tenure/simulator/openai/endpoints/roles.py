"""The catalogue of organization roles, and which user holds which."""

from __future__ import annotations

from typing import Any

import msgspec

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.membership import assign_role, unassign_role
from tenure.simulator.openai.organization import Role, User
from tenure.simulator.openai.paging import token_page

CATALOGUE = "/v1/organization/roles"
ASSIGNED = "/v1/organization/users/{user_id}/roles"
ONE = ASSIGNED + "/{role_id}"


def list_roles(call: Call) -> Reply:
    """P2."""
    return token_page(call, list(call.organization.roles))


def get_role(call: Call) -> Reply:
    return json_reply(_role(call, call.params["role_id"]))


def create_role(call: Call) -> Reply:
    """A custom role."""
    organization = call.organization
    permissions = call.body().get("permissions")
    if not isinstance(permissions, list):
        raise ApiError(400, "Missing required parameter: 'permissions'.", param="permissions")
    role = Role(
        id=organization.mint("role_"),
        name=call.text("role_name"),
        description=call.optional_text("description"),
        permissions=[str(permission) for permission in permissions],
        resource_type="api.organization",
        predefined_role=False,
    )
    organization.roles.add(role)
    organization.record("role.created", call.actor(), id=role.id, role_name=role.name)
    return json_reply(role)


def list_assigned(call: Call) -> Reply:
    """P2: what one user holds."""
    user = _user(call)
    held = (call.organization.roles.get(i) for i in call.organization.role_ids_of(user))
    return token_page(call, [_details(role) for role in held if role])


def get_assigned(call: Call) -> Reply:
    role = _role(call, call.params["role_id"])
    if role.id not in call.organization.role_ids_of(_user(call)):
        raise not_found("Role assignment")
    return json_reply(_details(role))


def assign(call: Call) -> Reply:
    user, role = _user(call), _role(call, call.text("role_id"))
    assign_role(call.organization, user, role.id, faults=call.faults, actor=call.actor())
    return json_reply({"object": "user.role", "user": user, "role": role})


def unassign(call: Call) -> Reply:
    user, role_id = _user(call), call.params["role_id"]
    deleted = {"object": "user.role.deleted", "deleted": True}
    if role_id not in call.organization.role_ids_of(user):
        if call.faults.value("repeat_delete") == "200":
            return json_reply(deleted)
        raise not_found("Role assignment")
    unassign_role(call.organization, user, role_id, faults=call.faults, actor=call.actor())
    return json_reply(deleted)


def _role(call: Call, role_id: str) -> Role:
    role = call.organization.roles.get(role_id)
    if role is None:
        raise not_found("Role")
    return role


def _user(call: Call) -> User:
    user = call.organization.users.get(call.params["user_id"])
    if user is None:
        raise not_found("User")
    return user


def _details(role: Role) -> dict[str, Any]:
    """A role as an assignment shows it: without `object`, with who gave it when (unknown here)."""
    fields: dict[str, Any] = msgspec.to_builtins(role)
    del fields["object"]
    unknown = ("created_at", "updated_at", "created_by", "created_by_user_obj", "metadata")
    return {**fields, **dict.fromkeys(unknown), "assignment_sources": None}


ENDPOINTS = [
    Endpoint("GET", CATALOGUE, "roles", list_roles),
    Endpoint("POST", CATALOGUE, "roles", create_role, creates=True),
    Endpoint("GET", CATALOGUE + "/{role_id}", "roles", get_role),
    Endpoint("GET", ASSIGNED, "user_roles", list_assigned),
    Endpoint("POST", ASSIGNED, "user_roles", assign, creates=True),
    Endpoint("GET", ONE, "user_roles", get_assigned),
    Endpoint("DELETE", ONE, "user_roles", unassign),
]
