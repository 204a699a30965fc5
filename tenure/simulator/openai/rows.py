"""Rows as the provider sometimes sends them: with nulls, strangers and gaps."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from tenure.simulator.openai.call import Call

_REQUIRED_NAMES = (
    "object id added_at created_at email role status name type effective_at project_id group_id "
    "group_name is_scim_managed permissions resource_type predefined_role redacted_value owner "
    "owner_project_access start_time end_time results"
)
_REQUIRED = frozenset(_REQUIRED_NAMES.split())
_NULLED = {
    "email_null": "email",
    "name_null": "name",
    "role_null": "role",
    "actor_null": "actor",
    "last_used_null": "last_used_at",
}
_TIMES = ("added_at", "created_at", "effective_at", "start_time")
_NO_OBJECT = {"text": b'"user"', "number": b"7", "null": b"null"}
_SWITCHES = (*_NULLED, "unknown_role", "extra_fields", "missing_fields", "missing_id", "other_id")


def reshape(call: Call, rows: list[bytes]) -> list[bytes]:
    """The rows with every fault of rows that is set; the same rows are hit each time."""
    faults = call.faults
    shares = {name: share for name in _SWITCHES if (share := faults.share(name, call))}
    bare_invites = call.collection == "invites" and faults.value("invite_projects") == "absent"
    if not shares and not bare_invites:
        return rows
    return [_reshaped(row, shares, bare=bare_invites) for row in rows]


def is_hit(row_id: str, switch: str, share: float) -> bool:
    """True for about `share` of all ids, always the same ones for the same switch."""
    return zlib.crc32(f"{switch}:{row_id}".encode()) % 10_000 < share * 10_000


def odd_item(row: bytes, how: str) -> bytes:
    """What stands in a list where this row should: no object at all, or one with an odd field."""
    if how in _NO_OBJECT:
        return _NO_OBJECT[how]
    fields: dict[str, Any] = msgspec.json.decode(row, type=dict[str, Any])
    when = next((name for name in _TIMES if name in fields), "created_at")
    name, value = {
        "id_number": ("id", 7),
        "role_object": ("role", {"name": fields.get("role")}),
        "time_text": (when, "yesterday"),
        "time_absurd": (when, 9e99),
    }[how]
    return msgspec.json.encode(fields | {name: value})


def _reshaped(row: bytes, shares: dict[str, float], *, bare: bool) -> bytes:
    fields: dict[str, Any] = msgspec.json.decode(row, type=dict[str, Any])
    row_id = str(fields.get("id"))
    hits = {name for name, share in shares.items() if is_hit(row_id, name, share)}
    for name, nulled in _NULLED.items():
        if name in hits and nulled in fields:
            fields[nulled] = None
    if "unknown_role" in hits:
        fields["role"] = "galactic_overseer"
    if "extra_fields" in hits:
        fields["x_unheard_of"] = {"nested": [1, "two", None]}
    if "missing_fields" in hits:
        fields = {name: value for name, value in fields.items() if name in _REQUIRED}
    if "other_id" in hits:
        fields["id"] = f"{row_id}0"
    if "missing_id" in hits:
        fields.pop("id", None)
    if bare:
        fields.pop("projects", None)
    return msgspec.json.encode(fields)
