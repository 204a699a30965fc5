"""Projects, and who is a member of which."""

from __future__ import annotations

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.endpoints.lookup import ARCHIVED, open_project, project
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.grants import set_project_role
from tenure.simulator.openai.model import OWNER, Member, Project, User
from tenure.simulator.openai.organization import PROJECT_ROLES
from tenure.simulator.openai.paging import cursor_page
from tenure.simulator.openai.rows import reshape
from tenure.simulator.openai.shelf import Shelf

PATH = "/v1/organization/projects"
PROJECT = PATH + "/{project_id}"
MEMBERS = PROJECT + "/users"
MEMBER = MEMBERS + "/{user_id}"
DEFAULT = "Default project"


def list_projects(call: Call) -> Reply:
    """P1; archived ones are hidden unless asked for."""
    projects = call.organization.projects
    if call.flag("include_archived"):
        return cursor_page(call, projects)
    archived = frozenset(p.id for p in projects if p.status == ARCHIVED)
    return cursor_page(call, projects, hidden=archived)


def get_project(call: Call) -> Reply:
    return _row(call, call.organization.projects, project(call).id)


def create_project(call: Call) -> Reply:
    """The organization's owners are owners of every new project."""
    organization, name = call.organization, call.text("name")
    now = organization.now()
    made = Project(id=organization.mint("proj_"), name=name, created_at=now)
    owners = [user for user in organization.users if user.role == OWNER]
    organization.projects.add(made)
    organization.members[made.id] = Shelf()
    data, actor = {"name": name, "title": name}, call.actor()
    organization.record("project.created", actor, project=made, id=made.id, data=data)
    for owner in owners:
        set_project_role(organization, owner, made.id, OWNER, actor=actor)
    return _row(call, organization.projects, made.id)


def update_project(call: Call) -> Reply:
    organization, named = call.organization, open_project(call)
    name, actor = call.text("name"), call.actor()
    organization.projects.update(named, name=name)
    requested = {"title": name}
    organization.record(
        "project.updated", actor, project=named, id=named.id, changes_requested=requested
    )
    return get_project(call)


def archive_project(call: Call) -> Reply:
    """There is no way back. The default project, told by its name, cannot be archived."""
    organization, closed = call.organization, open_project(call)
    if closed.name == DEFAULT and _is_strict(call, "default_project"):
        raise ApiError(400, "The default project cannot be archived.")
    organization.projects.update(closed, archived_at=organization.now(), status=ARCHIVED)
    organization.record("project.archived", call.actor(), project=closed, id=closed.id)
    return get_project(call)


def list_members(call: Call) -> Reply:
    """P1."""
    return cursor_page(call, _members(call))


def get_member(call: Call) -> Reply:
    return _row(call, _members(call), call.params["user_id"])


def add_member(call: Call) -> Reply:
    """Add a user of the organization, by id or by e-mail."""
    organization, entered = call.organization, open_project(call)
    members = organization.members[entered.id]
    role = _role(call.text("role"))
    user = organization.users.get(call.optional_text("user_id") or "")
    if user is None and (email := call.optional_text("email")):
        user = next(organization.users_with_email(email), None)
    if user is None:
        raise ApiError(400, "The user is not a member of this organization.", param="user_id")
    if members.get(user.id):
        raise ApiError(400, f"User {user.id} already exists in project.", param="user_id")
    set_project_role(organization, user, entered.id, role, actor=call.actor())
    return _row(call, members, user.id)


def update_member(call: Call) -> Reply:
    members, user_id = _members(call), call.params["user_id"]
    member = members.get(user_id)
    if member is None:
        raise _no_member(call, 404)
    role, user = _role(call.text("role")), call.organization.users.get(user_id)
    _check_no_owner(call, user)
    if user is None:
        members.update(member, role=role)
    else:
        project_id = project(call).id
        set_project_role(call.organization, user, project_id, role, actor=call.actor())
    return get_member(call)


def remove_member(call: Call) -> Reply:
    members, user_id = _members(call), call.params["user_id"]
    user = call.organization.users.get(user_id)
    if members.get(user_id) is None:
        repeat, call.did_nothing = call.faults.value("repeat_delete"), True
        if repeat != "200":
            raise _no_member(call, int(repeat))
    elif user is None:
        members.remove(user_id)
    else:
        _check_no_owner(call, user)
        project_id = project(call).id
        set_project_role(
            call.organization, user, project_id, None, faults=call.faults, actor=call.actor()
        )
    return json_reply(
        {"object": "organization.project.user.deleted", "id": user_id, "deleted": True}
    )


def _check_no_owner(call: Call, user: User | None) -> None:
    """Owners of the organization own its projects, whatever anybody asks."""
    if user is not None and user.role == OWNER and _is_strict(call, "owner_in_projects"):
        raise ApiError(400, "Organization owners cannot be removed from or changed in projects.")


def _is_strict(call: Call, switch: str) -> bool:
    return call.faults.value(switch) == "400"


def _row(call: Call, shelf: Shelf[Project] | Shelf[Member], row_id: str) -> Reply:
    row = shelf.readable(row_id, now=call.organization.clock.now())
    if row is None:
        raise _no_member(call, 404)
    return Reply(200, reshape(call, [row])[0])


def _members(call: Call) -> Shelf[Member]:
    return call.organization.members[open_project(call).id]


def _role(role: str) -> str:
    if role not in PROJECT_ROLES:
        raise ApiError(400, f"Invalid value: '{role}'.", param="role", code="invalid_value")
    return role


def _no_member(call: Call, status: int) -> ApiError:
    where, user = call.params.get("project_id"), call.params.get("user_id")
    return ApiError(status, f"User {user} is not a member of {where}.")


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
