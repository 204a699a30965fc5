"""Keys of a project: people's and service accounts'."""

from __future__ import annotations

from typing import Any

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.model import ProjectKey
from tenure.simulator.openai.paging import cursor_page
from tenure.simulator.openai.project_keys import delete_project_key, settle_access
from tenure.simulator.openai.shelf import Shelf

PATH = "/v1/organization/projects/{project_id}/api_keys"
ONE = PATH + "/{api_key_id}"
ACTIVE, INACTIVE = frozenset({"active"}), frozenset({"inactive"})
_SHOWN = {None: ACTIVE, "active": ACTIVE, "inactive": INACTIVE, "any": ACTIVE | INACTIVE}


def list_keys(call: Call) -> Reply:
    """P1. Unless asked for any, keys whose owner lost access to the project are not listed."""
    keys, wanted = _keys(call), call.one("owner_project_access")
    if wanted not in _SHOWN:
        message = f"Invalid value: '{wanted}'."
        raise ApiError(400, message, param="owner_project_access", code="invalid_value")
    shown = _SHOWN[wanted]
    hidden = frozenset(key.id for key in keys if key.owner_project_access not in shown)
    return cursor_page(call, keys, hidden=hidden)


def get_key(call: Call) -> Reply:
    return lookup.row(call, _keys(call), call.params["api_key_id"], "API key")


def update_key(call: Call) -> Reply:
    """Scopes, and when it expires; no scopes means all of them."""
    organization, key, body = call.organization, _key(call), call.body()
    changes: dict[str, Any] = {}
    if (scopes := body.get("scopes")) is not None:
        if not isinstance(scopes, list):
            raise ApiError(400, "Invalid type for 'scopes': expected an array.", param="scopes")
        changes["scopes"] = scopes or ["all"]
    if (lifetime := body.get("expires_in_seconds")) is not None:
        if not isinstance(lifetime, int) or lifetime < 1:
            raise ApiError(400, "Invalid 'expires_in_seconds'.", param="expires_in_seconds")
        changes["expires_in_seconds"] = lifetime
        _keys(call).update(key, expires_at=organization.now() + lifetime)
    actor, project = call.actor(), lookup.project(call)
    organization.record(
        "api_key.updated", actor, project=project, id=key.id, changes_requested=changes
    )
    return get_key(call)


def delete_key(call: Call) -> Reply:
    """Keys of service accounts could not be deleted once; a switch brings that back."""
    project_id, key_id = lookup.open_project(call).id, call.params["api_key_id"]
    kind = "organization.project.api_key.deleted"
    deleted: dict[str, object] = {"object": kind, "id": key_id, "deleted": True}
    key = _keys(call).get(key_id)
    if key is None:
        return lookup.gone(call, "API key", deleted)
    if key.owner.type == "service_account" and call.faults.value("machine_key_delete") == "400":
        raise ApiError(
            400,
            "API keys cannot be deleted for service accounts, please delete the service account",
        )
    delete_project_key(call.organization, project_id, key, faults=call.faults, actor=call.actor())
    return json_reply(deleted)


def _keys(call: Call) -> Shelf[ProjectKey]:
    return settle_access(call.organization, lookup.open_project(call).id)


def _key(call: Call) -> ProjectKey:
    key = _keys(call).get(call.params["api_key_id"])
    if key is None:
        raise not_found("API key")
    return key


ENDPOINTS = [
    Endpoint("GET", PATH, "project_keys", list_keys),
    Endpoint("GET", ONE, "project_keys", get_key),
    Endpoint("POST", ONE, "project_keys", update_key),
    Endpoint("DELETE", ONE, "project_keys", delete_key),
]
