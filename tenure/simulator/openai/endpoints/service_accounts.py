"""Service accounts of a project, and making keys for them."""

from __future__ import annotations

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.membership import remove_user
from tenure.simulator.openai.model import ServiceAccount
from tenure.simulator.openai.paging import cursor_page
from tenure.simulator.openai.project_keys import (
    change_service_account,
    drop_service_account,
    make_project_key,
    make_service_account,
)
from tenure.simulator.openai.shelf import Shelf

PATH = "/v1/organization/projects/{project_id}/service_accounts"
ONE = PATH + "/{service_account_id}"
KEYS = ONE + "/api_keys"


def list_accounts(call: Call) -> Reply:
    """P1."""
    return cursor_page(call, _accounts(call))


def get_account(call: Call) -> Reply:
    return lookup.row(call, _accounts(call), call.params["service_account_id"], "Service account")


def create_account(call: Call) -> Reply:
    """With a key, whose value is only ever in this answer, unless only the account is wanted."""
    project, name = lookup.open_project(call), call.text("name")
    alone = call.body().get("create_service_account_only") is True
    role = "none" if alone else "member"
    organization, actor = call.organization, call.actor()
    account = make_service_account(organization, project.id, name, role=role, actor=actor)
    key = None if alone else _new_key(call, account, "Secret Key", None)
    fields = {n: getattr(account, n) for n in account.__struct_fields__}
    kind = "organization.project.service_account"
    return json_reply({"object": kind, **fields, "api_key": key})


def update_account(call: Call) -> Reply:
    """Another name or role."""
    account, role = _account(call), call.optional_text("role")
    if role is not None and role not in {"member", "owner"}:
        raise ApiError(400, f"Invalid value: '{role}'.", param="role", code="invalid_value")
    project_id, name = lookup.project(call).id, call.optional_text("name")
    organization, actor = call.organization, call.actor()
    change_service_account(organization, project_id, account, name=name, role=role, actor=actor)
    return get_account(call)


def delete_account(call: Call) -> Reply:
    """Its keys are deleted with it."""
    account_id = call.params["service_account_id"]
    deleted: dict[str, object] = {
        "object": "organization.project.service_account.deleted",
        "id": account_id,
        "deleted": True,
    }
    if _accounts(call).get(account_id) is None:
        return lookup.gone(call, "Service account", deleted)
    user = call.organization.users.get(account_id)
    if user is not None:
        remove_user(call.organization, user, faults=call.faults, actor=call.actor())
    else:
        drop_service_account(call.organization, account_id, faults=call.faults, actor=call.actor())
    return json_reply(deleted)


def create_key(call: Call) -> Reply:
    """One more key of a service account."""
    scopes = call.body().get("scopes")
    if scopes is not None and not isinstance(scopes, list):
        raise ApiError(400, "Invalid type for 'scopes': expected an array.", param="scopes")
    name = call.optional_text("name") or "Secret Key"
    return json_reply(_new_key(call, _account(call), name, scopes))


def _new_key(
    call: Call, account: ServiceAccount, name: str, scopes: list[str] | None
) -> dict[str, object]:
    project_id, lifetime = lookup.project(call).id, call.body().get("expires_in_seconds")
    value, key = make_project_key(
        call.organization,
        project_id,
        account,
        name=name,
        scopes=scopes,
        expires_at=call.organization.now() + lifetime if isinstance(lifetime, int) else None,
        actor=call.actor(),
    )
    kind = "organization.project.service_account.api_key"
    made = {"value": value, "name": name, "created_at": key.created_at, "id": key.id}
    return {"object": kind, **made, "expires_at": key.expires_at}


def _accounts(call: Call) -> Shelf[ServiceAccount]:
    project = lookup.open_project(call)
    return call.organization.service_accounts.setdefault(project.id, Shelf())


def _account(call: Call) -> ServiceAccount:
    account = _accounts(call).get(call.params["service_account_id"])
    if account is None:
        raise not_found("Service account")
    return account


ENDPOINTS = [
    Endpoint("GET", PATH, "service_accounts", list_accounts),
    Endpoint("POST", PATH, "service_accounts", create_account, creates=True),
    Endpoint("GET", ONE, "service_accounts", get_account),
    Endpoint("POST", ONE, "service_accounts", update_account),
    Endpoint("DELETE", ONE, "service_accounts", delete_account),
    Endpoint("POST", KEYS, "service_accounts", create_key, creates=True),
]
