"""What `tenure accounts` says of one account: what it can do, and how all of it is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tenure.cli.output import table
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339

_RIGHT = ("entitlement", "path", "since", "added_by", "read_at")


def access_of(account: Any, grants: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - models load late
    """Every right that the account has now, with its path, since when, and how fresh that is."""
    from tenure.inventory.schemas.rights import rights_of

    return [one.model_dump(mode="json") for one in rights_of(account, grants)]


def activity_of(account: Any) -> dict[str, Any]:  # noqa: ANN401 - same
    """The last login, what every source says of activity or why it says nothing, and the spend."""
    from tenure.inventory.schemas.activity import ActivityFields

    return ActivityFields.about_account(account).model_dump(mode="json")


def explained(named: str, *, actor: Actor) -> tuple[dict[str, Any], list[object]]:
    """The document, and the same in words."""
    from tenure.inventory import access_wording, queries
    from tenure.inventory.records import pretty

    ref = queries.account_ref(named, actor=actor)
    account, links = queries.account_by_ref(ref, actor=actor)
    known = access_wording.known(
        at=account.began_at,
        not_before=account.began_not_before,
        known_by=account.began_known_by,
    )
    record = getattr(account, "record", None)
    raw = pretty(record.raw) if record else ""
    found: Any = account
    tied = next((one for one in links if one.state == "confirmed"), None)
    document = {
        "ref": str(account.ref),
        "external_id": account.external_id,
        "connection": account.connection.name,
        "list": "users",
        "read_at": rfc3339(found.seen_at) if found.seen_at else None,
        "run": str(found.seen_in) if found.seen_in else None,
        "since": rfc3339(account.began_at),
        "since_known": known,
        "person": tied.person_name if tied else None,
        "linked_by": tied.method_in_words if tied else None,
        "confidence": tied.confidence if tied else None,
        "linked_at": rfc3339(tied.decided_at) if tied else None,
        "linked_said_by": tied.decided_by if tied else None,
        "kind": account.kind,
        "record_changed_at": rfc3339(record.received_at) if record else None,
    }
    rows = [(name.replace("_", " "), value) for name, value in document.items()]
    access = access_of(account, queries.grants_of(account, actor=actor))
    lists = table(
        ["Can do", "Path", "Since", "Added by", "List read completely"],
        [tuple(one[name] for name in _RIGHT) for one in access],
    )
    past = [_told(one) for one in links]
    told = table(["Link", "Person", "Method", "Confidence", "When", "By", "Because"], _rows(past))
    whole = document | {"links": past, "access": access, "record": _as_json(raw)}
    return whole, [table(["Field", "Value"], rows), told, lists, raw or "There is no record."]


def _told(link: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    """One tie, past or present, suggested or decided."""
    return {
        "state": link.state,
        "person": link.person_name,
        "method": link.method,
        "confidence": link.confidence,
        "at": rfc3339(link.decided_at),
        "by": link.decided_by,
        "reason": link.reason,
        "ended_at": rfc3339(link.ended_at) if link.ended_at else None,
    }


def _rows(links: list[dict[str, Any]]) -> Iterator[list[Any]]:
    return (list(one.values())[:7] for one in links)


def _as_json(raw: str) -> object:
    """The record as it came, where it is JSON."""
    try:
        return json.loads(raw)
    except ValueError:
        return raw or None
