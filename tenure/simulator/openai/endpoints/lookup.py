"""What the ids of a path name, or the refusal when they name nothing."""

from __future__ import annotations

from tenure.simulator.openai.call import Call, Reply, json_reply
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.model import Group, Project, User
from tenure.simulator.openai.rows import reshape
from tenure.simulator.openai.shelf import R, Shelf

ARCHIVED = "archived"


def user(call: Call) -> User:
    found = call.organization.users.get(call.params["user_id"])
    if found is None:
        raise not_found("User")
    return found


def group(call: Call) -> Group:
    found = call.organization.groups.get(call.params["group_id"])
    if found is None:
        raise not_found("Group")
    return found


def project(call: Call) -> Project:
    found = call.organization.projects.get(call.params["project_id"])
    if found is None:
        raise not_found("Project")
    return found


def open_project(call: Call) -> Project:
    """A project that is not archived."""
    found = project(call)
    if found.status == ARCHIVED:
        raise ApiError(400, f"Project {found.name} is archived")
    return found


def row(call: Call, shelf: Shelf[R], row_id: str, what: str) -> Reply:
    """One row as it is read by id."""
    found = shelf.readable(row_id, now=call.organization.clock.now())
    if found is None:
        raise not_found(what)
    return Reply(200, reshape(call, [found])[0])


def gone(call: Call, what: str, deleted: dict[str, object]) -> Reply:
    """What a deletion of something that is not there answers."""
    repeat, call.did_nothing = call.faults.value("repeat_delete"), True
    if repeat == "200":
        return json_reply(deleted)
    raise ApiError(400, f"{what} not found.") if repeat == "400" else not_found(what)
