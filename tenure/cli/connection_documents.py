"""A connection and its key, as the command line prints them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tenure.cli.output import table

if TYPE_CHECKING:
    from tenure.connections.connecting import Validation
    from tenure.connections.models import Connection

_EXPIRY = {
    None: "expires",
    "soon": "expires soon,",
    "near": "expires within 3 days,",
    "expired": "expired",
}


def document(connection: Connection) -> dict[str, Any]:
    """A connection as JSON; of its keys only what may be shown."""
    from tenure.connections import rules
    from tenure.lib.clock import now

    owner = connection.owner
    return {
        "ref": str(connection.ref),
        "name": connection.name,
        "kind": connection.kind,
        "organization_id": connection.organization_id,
        "organization_name": connection.organization_name,
        "base_url": connection.base_url,
        "state": connection.state,
        "state_reason": connection.state_reason,
        "state_since": _instant(connection.state_changed_at),
        "paused_by": str(connection.paused_by) if connection.paused_by else None,
        "strikes": connection.strikes,
        "first_strike_at": _instant(connection.first_strike_at),
        "failure_kind": connection.failure_kind or None,
        "owner": owner.email if owner else None,
        "owner_has_left": connection.owner_is_gone,
        "key_kind": connection.validation.get("key_kind"),
        "removal": "on" if connection.removal_is_on else "off",
        "removal_policy": connection.removal_policy,
        "brake_per_hour": connection.brake_per_hour,
        "organization_accepted_at": _instant(connection.organization_accepted_at),
        "interval_minutes": connection.interval_minutes,
        "requests_per_minute": connection.requests_per_minute,
        "connected_at": _instant(connection.connected_at),
        "validated_at": _instant(connection.validated_at),
        "keys": [
            {
                "purpose": key.purpose,
                "kind": key.kind,
                "hint": key.hint,
                "may_write": key.may_write,
                "owner": key.owner_name or None,
                "stored_at": _instant(key.stored_at),
                "expires_at": _instant(key.expires_at),
                "expiry": rules.expiry(key.expires_at, at=now()) or None,
            }
            for key in connection.keys.all()
        ],
    }


def rows_of(document: dict[str, Any]) -> list[tuple[str, object]]:
    """The same for a person: one line for each thing, and for each key."""
    rows = [(name.replace("_", " "), value) for name, value in document.items() if name != "keys"]
    said: list[tuple[str, object]] = [
        (name, {True: "yes", False: "no"}[value] if isinstance(value, bool) else value)
        for name, value in rows
    ]
    for key in document["keys"]:
        ends = key["expires_at"]
        expiry = f"{_EXPIRY[key['expiry']]} {ends}" if ends else "no known expiry"
        said.append((f"{key['purpose']} key", f"…{key['hint']} {key['kind']}, {expiry}"))
    return said


def _instant(moment: datetime | None) -> str | None:
    from tenure.lib.clock import rfc3339

    return rfc3339(moment) if moment else None


def found(validation: Validation) -> list[dict[str, str]]:
    """What a key can do, as JSON."""
    return [
        {"capability": row.capability, "state": row.state, "seen": row.seen}
        for row in validation.found
    ]


def found_words(validation: Validation) -> list[object]:
    """What a key can do, for a person."""
    from tenure.connections import wording

    shown = wording.judgement(validation)
    rows = [(one.found.capability, one.state.word, one.found.seen) for one in shown.capabilities]
    return [
        f"{shown.kind} …{validation.key_hint}. {shown.headline}",
        table(["Capability", "State", "What we saw"], rows),
    ]
