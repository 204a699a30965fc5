"""Keys of the Administration API itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.keys import make_key, revoke_keys
from tenure.simulator.openai.model import AdminKey, AdminKeyOwner
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.paging import cursor_page
from tenure.simulator.openai.rows import reshape
from tenure.simulator.openai.shelf import Shelf

PATH = "/v1/organization/admin_api_keys"
ONE = PATH + "/{key_id}"
YEAR_S = 31_536_000


def list_keys(call: Call) -> Reply:
    """P1k: as P1, with an order. It has been seen to list project keys as if they were admin's."""
    keys, backwards = call.organization.admin_keys, call.one("order") == "desc"
    if call.faults.value("mislabelled_keys") == "on":
        keys = Shelf([*keys, *_mislabelled(call.organization)])
    return cursor_page(call, Shelf(reversed(list(keys))) if backwards else keys)


def _mislabelled(organization: Organization) -> Iterator[AdminKey]:
    for keys in organization.project_keys.values():
        for key in keys:
            owner = key.owner.user or key.owner.service_account or {}
            names = ("id", "name", "created_at", "role")
            shown: dict[str, Any] = {name: owner.get(name) for name in names}
            yield AdminKey(
                id=key.id,
                name=key.name,
                redacted_value=key.redacted_value,
                created_at=key.created_at,
                expires_at=key.expires_at,
                last_used_at=key.last_used_at,
                owner=AdminKeyOwner(type=key.owner.type, **shown),
            )


def get_key(call: Call) -> Reply:
    organization = call.organization
    row = organization.admin_keys.readable(call.params["key_id"], now=organization.clock.now())
    if row is None:
        raise not_found("Admin API key")
    return Reply(200, reshape(call, [row])[0])


def create_key(call: Call) -> Reply:
    """The only answer that ever holds a key's value. The new key belongs to the caller's owner."""
    organization, name = call.organization, call.text("name")
    lifetime = call.body().get("expires_in_seconds")
    if lifetime is not None and not (isinstance(lifetime, int) and 1 <= lifetime <= YEAR_S):
        raise ApiError(400, "Invalid 'expires_in_seconds'.", param="expires_in_seconds")
    owner_id = call.credential.owner_id if call.credential else ""
    value, key_id = make_key(
        organization,
        "admin",
        organization.users.get(owner_id),
        name=name,
        expires_at=None if lifetime is None else organization.now() + lifetime,
        actor=call.actor(),
    )
    created = msgspec.to_builtins(organization.admin_keys.get(key_id))
    return json_reply({**created, "value": value})


def delete_key(call: Call) -> Reply:
    """Within `key_lag` seconds nobody can use it any more."""
    organization, faults, key_id = call.organization, call.faults, call.params["key_id"]
    deleted = {"object": "organization.admin_api_key.deleted", "id": key_id, "deleted": True}
    if organization.admin_keys.get(key_id) is None:
        return lookup.gone(call, "Admin API key", deleted)
    revoke_keys(organization, {key_id}, faults=faults, actor=call.actor())
    return json_reply(deleted)


ENDPOINTS = [
    Endpoint("GET", PATH, "admin_keys", list_keys),
    Endpoint("POST", PATH, "admin_keys", create_key, creates=True),
    Endpoint("GET", ONE, "admin_keys", get_key),
    Endpoint("DELETE", ONE, "admin_keys", delete_key),
]
