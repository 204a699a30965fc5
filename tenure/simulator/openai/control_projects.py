"""The control endpoints for projects and who is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from tenure.simulator.openai.company import CompanyProject, add_project
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.organization import Organization, Project, User
from tenure.simulator.openai.simulator import Simulator

Body = dict[str, Any]


def _projects(simulator: Simulator, _request: Request, _body: Body) -> object:
    organization = simulator.organization
    return {
        "projects": [
            msgspec.to_builtins(project) | {"members": list(organization.members[project.id])}
            for project in organization.projects
        ]
    }


def _add_project(simulator: Simulator, _request: Request, body: Body) -> object:
    described = msgspec.convert({"created_at": "-0s", **body}, CompanyProject)
    return add_project(simulator.organization, described)


def _change_project(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name": ..., "archived": true}."""
    organization, project = simulator.organization, _project(simulator, request)
    name = body.get("name", project.name)
    organization.projects.update(project, name=name)
    if body.get("archived") and project.archived_at is None:
        organization.projects.update(project, archived_at=organization.now(), status="archived")
    return project


def _put_member(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"role": ...}. Who is a member already gets the role."""
    organization, project = simulator.organization, _project(simulator, request)
    user = _user(organization, request.path_params["who"])
    members, role = organization.members[project.id], body.get("role", "member")
    if (member := members.get(user.id)) is not None:
        members.update(member, role=role)
    else:
        organization.join(user, project.id, role)
    return members.get(user.id)


def _remove_member(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, project = simulator.organization, _project(simulator, request)
    user = _user(organization, request.path_params["who"])
    organization.members[project.id].remove(user.id)
    return {"removed": user.id}


def _project(simulator: Simulator, request: Request) -> Project:
    which = request.path_params["which"]
    for project in simulator.organization.projects:
        if which in (project.id, project.name):
            return project
    raise ApiError(404, f"There is no project {which}.")


def _user(organization: Organization, who: str) -> User:
    user = organization.users.get(who) or next(organization.users_with_email(who), None)
    if user is None:
        raise ApiError(404, f"There is no user {who}.")
    return user


PROJECT_VERBS: Mapping[str, Mapping[str, Callable[[Simulator, Request, Body], object]]] = {
    "/projects": {"GET": _projects, "POST": _add_project},
    "/projects/{which}": {"POST": _change_project},
    "/projects/{which}/members/{who}": {"POST": _put_member, "DELETE": _remove_member},
}
