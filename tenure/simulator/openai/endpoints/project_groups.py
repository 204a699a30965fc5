"""Groups with access to a project."""

from __future__ import annotations

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.chaining import token_page
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.grants import find_role
from tenure.simulator.openai.groups import add_project_group, remove_project_group
from tenure.simulator.openai.model import ProjectGroup
from tenure.simulator.openai.places import Place
from tenure.simulator.openai.shelf import Shelf

PATH = "/v1/organization/projects/{project_id}/groups"
ONE = PATH + "/{group_id}"
MOST, DEFAULT = 100, 20


def list_groups(call: Call) -> Reply:
    """P2, but with smaller pages than its other lists."""
    return token_page(call, _groups(call), most=MOST, default=DEFAULT)


def get_group(call: Call) -> Reply:
    wanted = call.one("group_type") or "group"
    row = _groups(call).get(call.params["group_id"])
    if row is None or row.group_type != wanted:
        raise not_found("Project group")
    return json_reply(row)


def add_group(call: Call) -> Reply:
    """Let a group in, with a role of the project."""
    organization, project = call.organization, lookup.open_project(call)
    group = organization.groups.get(call.text("group_id"))
    role = find_role(organization, Place("project", project.id), call.text("role"))
    if group is None:
        raise not_found("Group")
    if role is None:
        raise ApiError(400, "Invalid role.", param="role", code="invalid_value")
    if _groups(call).get(group.id):
        raise ApiError(400, f"Group {group.id} already exists in project.", param="group_id")
    faults, actor = call.faults, call.actor()
    row = add_project_group(organization, project.id, group, role.id, faults=faults, actor=actor)
    return json_reply(row)


def remove_group(call: Call) -> Reply:
    project, group_id = lookup.open_project(call), call.params["group_id"]
    deleted: dict[str, object] = {"object": "project.group.deleted", "deleted": True}
    if _groups(call).get(group_id) is None:
        return lookup.gone(call, "Project group", deleted)
    remove_project_group(call.organization, project.id, group_id, actor=call.actor())
    return json_reply(deleted)


def _groups(call: Call) -> Shelf[ProjectGroup]:
    project = lookup.open_project(call)
    return call.organization.project_groups.setdefault(project.id, Shelf())


ENDPOINTS = [
    Endpoint("GET", PATH, "project_groups", list_groups),
    Endpoint("POST", PATH, "project_groups", add_group, creates=True),
    Endpoint("GET", ONE, "project_groups", get_group),
    Endpoint("DELETE", ONE, "project_groups", remove_group),
]
