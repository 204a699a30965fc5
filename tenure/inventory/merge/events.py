"""Events of the provider's log are kept once, in whatever order and however often they come."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection as database

from tenure.connectors.facts import EventFact
from tenure.inventory.event_rules import fact_of, principal_of
from tenure.lib.ids import uuid7s
from tenure.lib.staging import Kind, StagingTable, storable

_COLUMNS: Mapping[str, Kind] = {
    "ref": "uuid",
    "external_id": "text",
    "at": "instant",
    "type": "text",
    "about": "text",
    "verb": "text",
    "subject_id": "text",
    "principal_kind": "text",
    "principal_id": "text",
    "resource_kind": "text",
    "resource_id": "text",
    "changes": "json",
    "fact": "text",
    "value": "text",
    "actor_kind": "text",
    "actor_id": "text",
    "actor_email": "text",
    "key_id": "text",
    "raw": "text",
}
# As the table declares them; PostgreSQL refuses longer ones.
_ID, _TYPE, _KIND, _EMAIL, _VALUE, _FACT = 200, 120, 20, 320, 300, 620
_NEW = f"""
INSERT INTO inventory_providerevent ({", ".join(_COLUMNS)}, connection_id, received_at, account_id,
  by_account_id)
SELECT {", ".join(f"s.{name}" for name in _COLUMNS)}, %(connection)s, %(at)s, a.id, b.id
FROM arriving_event s
LEFT JOIN inventory_account a ON a.connection_id = %(connection)s
  AND a.external_id = s.principal_id AND s.principal_id <> ''
LEFT JOIN inventory_account b ON b.connection_id = %(connection)s
  AND b.external_id = s.actor_id AND s.actor_id <> ''
WHERE s.external_id IS NOT NULL ORDER BY s.at, s.external_id
ON CONFLICT (connection_id, external_id) DO NOTHING"""

# Events that were read before the list of users had their accounts.
ADOPT_EVENTS = tuple(
    f"""
UPDATE inventory_providerevent AS e SET {account} = a.id FROM inventory_account a
WHERE e.connection_id = %(connection)s AND e.{account} IS NULL AND e.{told} <> ''
  AND a.connection_id = %(connection)s AND a.external_id = e.{told}"""
    for account, told in (("account_id", "principal_id"), ("by_account_id", "actor_id"))
)


def keep_events(connection_id: int, facts: Sequence[EventFact], *, at: datetime) -> int:
    """Store what is new of these events, in the caller's transaction; how many that are."""
    once = {fact.external_id: fact for fact in facts if len(fact.external_id) <= _ID}
    if not once:
        return 0
    arriving = StagingTable(database, "arriving_event", _COLUMNS)
    arriving.create()
    refs = uuid7s(len(once))
    arriving.add([_row(fact, ref) for fact, ref in zip(once.values(), refs, strict=True)])
    arriving.analyze()
    with database.cursor() as cursor:
        adapted = database.ops.adapt_datetimefield_value(at)
        cursor.execute(_NEW, {"connection": connection_id, "at": adapted})
        kept = int(cursor.rowcount)
    arriving.clear()
    return kept


def _row(event: EventFact, ref: str) -> list[Any]:
    fact, value = fact_of(event)
    return [
        ref,
        storable(event.external_id),
        event.at,
        _fit(event.type, _TYPE),
        event.about,
        event.verb,
        _fit(event.subject_id, _ID),
        event.principal_kind or "",
        _fit(principal_of(event), _ID),
        _fit(event.resource_kind, _KIND),
        _fit(event.resource_id, _ID),
        {_fit(name, _ID): _fit(value, _VALUE) for name, value in event.changes.items()},
        _fit(fact, _FACT),
        _fit(value, _VALUE),
        _fit(event.actor_kind, _KIND),
        _fit(event.actor_id, _ID),
        _fit(event.actor_email, _EMAIL),
        _fit(event.key_id, _ID),
        storable(event.raw.decode("utf-8", "replace")),
    ]


def _fit(text: str | None, longest: int) -> str:
    return storable((text or "")[:longest])
