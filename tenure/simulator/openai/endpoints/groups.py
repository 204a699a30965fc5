"""Groups of the organization, and who is in which."""

from __future__ import annotations

import msgspec

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.chaining import token_page
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.groups import (
    add_to_group,
    delete_group,
    make_group,
    remove_from_group,
    rename_group,
)
from tenure.simulator.openai.model import Group
from tenure.simulator.openai.rows import reshape

PATH = "/v1/organization/groups"
ONE = PATH + "/{group_id}"
USERS = ONE + "/users"
USER = USERS + "/{user_id}"
SCOPE = "api.groups"
DEFAULT = 100


def list_groups(call: Call) -> Reply:
    """P2."""
    return token_page(call, call.organization.groups, default=DEFAULT)


def get_group(call: Call) -> Reply:
    return lookup.row(call, call.organization.groups, call.params["group_id"], "Group")


def create_group(call: Call) -> Reply:
    return json_reply(make_group(call.organization, call.text("name"), actor=call.actor()))


def update_group(call: Call) -> Reply:
    """The answer lacks the group's type."""
    group = _writable(call)
    rename_group(call.organization, group, call.text("name"), actor=call.actor())
    names = ("id", "name", "created_at", "is_scim_managed")
    return json_reply({name: getattr(group, name) for name in names})


def remove_group(call: Call) -> Reply:
    deleted = {"object": "group.deleted", "id": call.params["group_id"], "deleted": True}
    if call.organization.groups.get(call.params["group_id"]) is None:
        return lookup.gone(call, "Group", deleted)
    delete_group(call.organization, _writable(call), faults=call.faults, actor=call.actor())
    return json_reply(deleted)


def list_members(call: Call) -> Reply:
    """P2."""
    members = call.organization.group_members[lookup.group(call).id]
    return token_page(call, members, default=DEFAULT)


def get_member(call: Call) -> Reply:
    """One member says more about itself than the list does."""
    organization, members = call.organization, call.organization.group_members
    row = members[lookup.group(call).id].readable(
        call.params["user_id"], now=organization.clock.now()
    )
    if row is None:
        raise not_found("Group user")
    member = msgspec.json.decode(reshape(call, [row])[0])
    user = organization.users.get(call.params["user_id"])
    more = {"is_service_account": bool(user and user.is_service_account), "user_type": "user"}
    return json_reply({**member, "picture": None, **more})


def add_member(call: Call) -> Reply:
    """Somebody who is a member already cannot be added again."""
    organization, group = call.organization, _writable(call)
    user = organization.users.get(call.text("user_id"))
    if user is None:
        raise not_found("User")
    if organization.group_members[group.id].get(user.id):
        raise ApiError(400, f"User {user.id} is already a member of the group.", param="user_id")
    add_to_group(organization, group.id, user, faults=call.faults, actor=call.actor())
    return json_reply({"object": "group.user", "user_id": user.id, "group_id": group.id})


def remove_member(call: Call) -> Reply:
    organization, group, user_id = call.organization, _writable(call), call.params["user_id"]
    deleted = {"object": "group.user.deleted", "deleted": True}
    if organization.group_members[group.id].get(user_id) is None:
        return lookup.gone(call, "Group user", deleted)
    remove_from_group(organization, group.id, user_id, faults=call.faults, actor=call.actor())
    return json_reply(deleted)


def _writable(call: Call) -> Group:
    """A group that a directory manages is changed there and not here."""
    group, status = lookup.group(call), call.faults.value("scim_group_writes")
    if group.is_scim_managed and status != "allow":
        raise ApiError(int(status), f"Group {group.name} is managed by SCIM.")
    return group


ENDPOINTS = [
    Endpoint("GET", PATH, "groups", list_groups, SCOPE),
    Endpoint("POST", PATH, "groups", create_group, SCOPE, creates=True),
    Endpoint("GET", ONE, "groups", get_group, SCOPE),
    Endpoint("POST", ONE, "groups", update_group, SCOPE),
    Endpoint("DELETE", ONE, "groups", remove_group, SCOPE),
    Endpoint("GET", USERS, "group_users", list_members, SCOPE),
    Endpoint("POST", USERS, "group_users", add_member, SCOPE, creates=True),
    Endpoint("GET", USER, "group_users", get_member, SCOPE),
    Endpoint("DELETE", USER, "group_users", remove_member, SCOPE),
]
