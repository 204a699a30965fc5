"""The control endpoints for projects and who is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from tenure.simulator.openai.company_file import CompanyProject
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.finding import find_group, find_project, find_user
from tenure.simulator.openai.furnishing import add_project
from tenure.simulator.openai.furnishing_access import furnish_project
from tenure.simulator.openai.grants import given, set_project_role
from tenure.simulator.openai.groups import remove_project_group
from tenure.simulator.openai.model import Project
from tenure.simulator.openai.organization import predefined_role_id
from tenure.simulator.openai.places import Place, Principal
from tenure.simulator.openai.shelf import Shelf
from tenure.simulator.openai.simulator import Simulator

Body = dict[str, Any]


def _projects(simulator: Simulator, _request: Request, _body: Body) -> object:
    organization = simulator.organization
    return {
        "projects": [
            msgspec.to_builtins(project)
            | {
                "members": list(organization.members[project.id]),
                "groups": list(organization.project_groups.get(project.id, ())),
            }
            for project in organization.projects
        ]
    }


def _add_project(simulator: Simulator, request: Request, body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    described = msgspec.convert({"created_at": "-0s", **body}, CompanyProject)
    project = add_project(organization, described)
    data = {"name": described.name, "title": described.name}
    organization.record("project.created", actor, project=project, id=project.id, data=data)
    place = Place("project", project.id)
    for member in organization.members[project.id]:
        held = predefined_role_id(member.role)
        given(organization, Principal("user", member.id), place, held, actor)
    furnish_project(organization, described, actor=actor)
    return project


def _change_project(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name": ..., "archived": true}."""
    organization, actor = simulator.organization, request.state.actor
    project = _project(simulator, request)
    name = body.get("name", project.name)
    if name != project.name:
        organization.projects.update(project, name=name)
        changes = {"title": name}
        organization.record(
            "project.updated", actor, project=project, id=project.id, changes_requested=changes
        )
    if body.get("archived") and project.archived_at is None:
        organization.projects.update(project, archived_at=organization.now(), status="archived")
        organization.record("project.archived", actor, project=project, id=project.id)
    return project


def _put_member(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"role": ...}. Who is a member already gets the role."""
    organization, actor = simulator.organization, request.state.actor
    project = _project(simulator, request)
    user = find_user(organization, request.path_params["who"])
    role = body.get("role", "member")
    set_project_role(organization, user, project.id, role, actor=actor)
    return organization.members[project.id].get(user.id)


def _remove_member(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    project = _project(simulator, request)
    user = find_user(organization, request.path_params["who"])
    set_project_role(organization, user, project.id, None, actor=actor)
    return {"removed": user.id}


def _remove_group(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    project = _project(simulator, request)
    group = find_group(organization, request.path_params["group"])
    if organization.project_groups.get(project.id, Shelf()).get(group.id) is None:
        raise ApiError(404, f"{group.name} is not in {project.name}.")
    remove_project_group(organization, project.id, group.id, actor=actor)
    return {"removed": group.id}


def _project(simulator: Simulator, request: Request) -> Project:
    return find_project(simulator.organization, request.path_params["which"])


PROJECT_VERBS: Mapping[str, Mapping[str, Callable[[Simulator, Request, Body], object]]] = {
    "/projects": {"GET": _projects, "POST": _add_project},
    "/projects/{which}": {"POST": _change_project},
    "/projects/{which}/groups/{group}": {"DELETE": _remove_group},
    "/projects/{which}/members/{who}": {"POST": _put_member, "DELETE": _remove_member},
}
