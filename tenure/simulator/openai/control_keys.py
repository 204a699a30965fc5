"""The control endpoints for keys and service accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from tenure.simulator.openai.company_file import CompanyKey, instant
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.finding import (
    find_machine,
    find_owner,
    find_project,
    find_project_key,
    find_user,
)
from tenure.simulator.openai.furnishing_access import add_key
from tenure.simulator.openai.keys import (
    SCOPES,
    admin_owner,
    first_of_kind,
    hand_over,
    make_key,
    revoke_keys,
)
from tenure.simulator.openai.membership import remove_user
from tenure.simulator.openai.model import Project
from tenure.simulator.openai.project_keys import (
    change_service_account,
    delete_project_key,
    make_service_account,
    owner_of,
    settle_access,
)
from tenure.simulator.openai.simulator import Simulator

Body = dict[str, Any]
_TIMES = {"created_at", "expires_at", "last_used_at"}
_KEY_FIELDS = {"name", "owner"} | _TIMES


def _keys(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {kind: first_of_kind(simulator.organization, kind) for kind in SCOPES}


def _add_key(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"kind", "owner": e-mail or id, "scopes": [...], "expires_in": seconds, "name",
    "created_at", "last_used_at"}."""
    organization, now = simulator.organization, simulator.organization.now()
    owner = find_user(organization, body["owner"]) if body.get("owner") else None
    expires_in = body.get("expires_in")
    value, key_id = make_key(
        organization,
        body.get("kind", "admin"),
        owner,
        name=body.get("name"),
        scopes=body.get("scopes"),
        created_at=instant(body.get("created_at"), now),
        last_used_at=instant(body.get("last_used_at"), now),
        expires_at=None if expires_in is None else now + int(expires_in),
        actor=request.state.actor,
    )
    return {"id": key_id, "value": value}


def _revoke_key(simulator: Simulator, request: Request, _body: Body) -> object:
    key_id, actor = request.path_params["key_id"], request.state.actor
    revoke_keys(simulator.organization, {key_id}, faults=simulator.faults, actor=actor)
    return {"revoked": key_id}


def _admin_keys(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"admin_keys": list(simulator.organization.admin_keys)}


def _change_admin_key(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "owner", "created_at", "expires_at", "last_used_at"}."""
    keys, key_id = simulator.organization.admin_keys, request.path_params["key_id"]
    key = keys.get(key_id)
    if key is None:
        raise ApiError(404, f"There is no admin key {key_id}.")
    fields = _fields(simulator, body)
    if "owner" in fields:
        user = find_user(simulator.organization, fields["owner"])
        hand_over(simulator.organization, key_id, user.id)
        fields["owner"] = admin_owner(user)
    keys.update(key, **fields)
    _record_renaming(simulator, request, body, key.id)
    return key


def _project_keys(simulator: Simulator, request: Request, _body: Body) -> object:
    organization = simulator.organization
    project = find_project(organization, request.path_params["which"])
    return {"keys": list(settle_access(organization, project.id))}


def _add_project_key(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"owner": e-mail, id or service account, "name", "created_at", "expires_at",
    "last_used_at", "scopes"}."""
    organization = simulator.organization
    project = find_project(organization, request.path_params["which"])
    described = msgspec.convert({"created_at": "-0s", **body}, CompanyKey)
    value, key = add_key(organization, project.id, described, request.state.actor)
    return {"id": key.id, "value": value}


def _change_project_key(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "owner", "created_at", "expires_at", "last_used_at"}."""
    organization = simulator.organization
    project = find_project(organization, request.path_params["which"])
    key = find_project_key(organization, project.id, request.path_params["key"])
    fields = _fields(simulator, body)
    if "owner" in fields:
        owner = find_owner(organization, project.id, fields["owner"])
        hand_over(organization, key.id, owner.id)
        fields["owner"] = owner_of(owner)
    organization.project_keys[project.id].update(key, **fields)
    _record_renaming(simulator, request, body, key.id, project)
    return key


def _remove_project_key(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    project = find_project(organization, request.path_params["which"])
    key = find_project_key(organization, project.id, request.path_params["key"])
    delete_project_key(organization, project.id, key, faults=simulator.faults, actor=actor)
    return {"removed": key.id}


def _machines(simulator: Simulator, request: Request, _body: Body) -> object:
    organization = simulator.organization
    project = find_project(organization, request.path_params["which"])
    return {"service_accounts": list(organization.service_accounts.get(project.id, ()))}


def _add_machine(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "role", "created_at"}."""
    organization, actor = simulator.organization, request.state.actor
    project = find_project(organization, request.path_params["which"])
    made_at = instant(body.get("created_at"), organization.now())
    name, role = body["name"], body.get("role", "member")
    return make_service_account(
        organization, project.id, name, role=role, created_at=made_at, actor=actor
    )


def _change_machine(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "role"}."""
    organization, actor = simulator.organization, request.state.actor
    project = find_project(organization, request.path_params["which"])
    machine = find_machine(organization, project.id, request.path_params["machine"])
    name, role = body.get("name"), body.get("role")
    change_service_account(organization, project.id, machine, name=name, role=role, actor=actor)
    return machine


def _remove_machine(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    project = find_project(organization, request.path_params["which"])
    machine = find_machine(organization, project.id, request.path_params["machine"])
    user = find_user(organization, machine.id)
    remove_user(organization, user, faults=simulator.faults, actor=actor)
    return {"removed": machine.id}


def _fields(simulator: Simulator, body: Body) -> dict[str, Any]:
    if unknown := body.keys() - _KEY_FIELDS:
        raise ApiError(400, f"A key has no {', '.join(sorted(unknown))} that can be changed.")
    now = simulator.organization.now()
    return {n: instant(v, now) if n in _TIMES else v for n, v in body.items()}


def _record_renaming(
    simulator: Simulator, request: Request, body: Body, key_id: str, project: Project | None = None
) -> None:
    """What the log says of a key's new name is documented by nothing; that it was changed is."""
    if (name := body.get("name")) is None:
        return
    is_told = simulator.faults.value("key_name_events") == "named"
    simulator.organization.record(
        "api_key.updated",
        request.state.actor,
        project=project,
        id=key_id,
        changes_requested={"name": name} if is_told else {},
    )


KEY_VERBS: Mapping[str, Mapping[str, Callable[[Simulator, Request, Body], object]]] = {
    "/keys": {"GET": _keys, "POST": _add_key},
    "/keys/{key_id}": {"DELETE": _revoke_key},
    "/admin_keys": {"GET": _admin_keys},
    "/admin_keys/{key_id}": {"POST": _change_admin_key, "DELETE": _revoke_key},
    "/projects/{which}/keys": {"GET": _project_keys, "POST": _add_project_key},
    "/projects/{which}/keys/{key}": {"POST": _change_project_key, "DELETE": _remove_project_key},
    "/projects/{which}/service_accounts": {"GET": _machines, "POST": _add_machine},
    "/projects/{which}/service_accounts/{machine}": {
        "POST": _change_machine,
        "DELETE": _remove_machine,
    },
}
