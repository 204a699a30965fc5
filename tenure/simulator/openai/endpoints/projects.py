"""Projects, and who is a member of which."""

from __future__ import annotations

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.organization import OWNER, Member, Project
from tenure.simulator.openai.paging import cursor_page
from tenure.simulator.openai.rows import reshape
from tenure.simulator.openai.shelf import Shelf

PATH = "/v1/organization/projects"
PROJECT = PATH + "/{project_id}"
MEMBERS = PROJECT + "/users"
MEMBER = MEMBERS + "/{user_id}"
ARCHIVED = "archived"
PROJECT_ROLES = {"owner", "member", "viewer"}


def list_projects(call: Call) -> Reply:
    """P1; archived ones are hidden unless asked for."""
    projects = call.organization.projects
    if call.flag("include_archived"):
        return cursor_page(call, projects)
    archived = frozenset(p.id for p in projects if p.status == ARCHIVED)
    return cursor_page(call, projects, hidden=archived)


def get_project(call: Call) -> Reply:
    return _row(call, call.organization.projects, _project(call).id)


def create_project(call: Call) -> Reply:
    """The organization's owners are owners of every new project."""
    organization, name = call.organization, call.text("name")
    now = organization.now()
    project = Project(id=organization.mint("proj_"), name=name, created_at=now)
    owners = [user for user in organization.users if user.role == OWNER]
    organization.projects.add(project)
    organization.members[project.id] = Shelf()
    for owner in owners:
        organization.join(owner, project.id, OWNER)
    data = {"name": name, "title": name}
    organization.record("project.created", call.actor(), id=project.id, data=data)
    return _row(call, organization.projects, project.id)


def update_project(call: Call) -> Reply:
    organization, project = call.organization, _open_project(call)
    name = call.text("name")
    organization.projects.update(project, name=name)
    requested = {"title": name}
    organization.record("project.updated", call.actor(), id=project.id, changes_requested=requested)
    return get_project(call)


def archive_project(call: Call) -> Reply:
    """There is no way back."""
    organization, project = call.organization, _open_project(call)
    organization.projects.update(project, archived_at=organization.now(), status=ARCHIVED)
    organization.record("project.archived", call.actor(), id=project.id)
    return get_project(call)


def list_members(call: Call) -> Reply:
    """P1."""
    return cursor_page(call, _members(call))


def get_member(call: Call) -> Reply:
    return _row(call, _members(call), call.params["user_id"])


def add_member(call: Call) -> Reply:
    """Add a user of the organization, by id or by e-mail."""
    organization, project = call.organization, _open_project(call)
    members = organization.members[project.id]
    role = _role(call.text("role"))
    user = organization.users.get(call.optional_text("user_id") or "")
    if user is None and (email := call.optional_text("email")):
        user = next(organization.users_with_email(email), None)
    if user is None:
        raise ApiError(400, "The user is not a member of this organization.", param="user_id")
    if members.get(user.id):
        raise ApiError(400, f"User {user.id} already exists in project.", param="user_id")
    organization.join(user, project.id, role)
    return _row(call, members, user.id)


def update_member(call: Call) -> Reply:
    members = _members(call)
    member = members.get(call.params["user_id"])
    if member is None:
        raise _no_member(call, 404)
    members.update(member, role=_role(call.text("role")))
    return get_member(call)


def remove_member(call: Call) -> Reply:
    user_id = call.params["user_id"]
    if _members(call).remove(user_id) is None:
        repeat = call.faults.value("repeat_delete")
        if repeat != "200":
            raise _no_member(call, int(repeat))
    return json_reply(
        {"object": "organization.project.user.deleted", "id": user_id, "deleted": True}
    )


def _row(call: Call, shelf: Shelf[Project] | Shelf[Member], row_id: str) -> Reply:
    row = shelf.readable(row_id, now=call.organization.clock.now())
    if row is None:
        raise _no_member(call, 404)
    return Reply(200, reshape(call, [row])[0])


def _project(call: Call) -> Project:
    project = call.organization.projects.get(call.params["project_id"])
    if project is None:
        raise not_found("Project")
    return project


def _open_project(call: Call) -> Project:
    project = _project(call)
    if project.status == ARCHIVED:
        raise ApiError(400, f"Project {project.name} is archived")
    return project


def _members(call: Call) -> Shelf[Member]:
    return call.organization.members[_open_project(call).id]


def _role(role: str) -> str:
    if role not in PROJECT_ROLES:
        raise ApiError(400, f"Invalid value: '{role}'.", param="role", code="invalid_value")
    return role


def _no_member(call: Call, status: int) -> ApiError:
    project, user = call.params.get("project_id"), call.params.get("user_id")
    return ApiError(status, f"User {user} is not a member of {project}.")


ENDPOINTS = [
    Endpoint("GET", PATH, "projects", list_projects),
    Endpoint("POST", PATH, "projects", create_project, creates=True),
    Endpoint("GET", PROJECT, "projects", get_project),
    Endpoint("POST", PROJECT, "projects", update_project),
    Endpoint("POST", PROJECT + "/archive", "projects", archive_project),
    Endpoint("GET", MEMBERS, "project_users", list_members),
    Endpoint("POST", MEMBERS, "project_users", add_member, creates=True),
    Endpoint("GET", MEMBER, "project_users", get_member),
    Endpoint("POST", MEMBER, "project_users", update_member),
    Endpoint("DELETE", MEMBER, "project_users", remove_member),
]
