"""Taking in what accounts did, from wherever it is heard: a log, a list of keys, usage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection as database

from tenure.connections.models import Connection
from tenure.connectors.facts import ActivityFact
from tenure.inventory.merge.activity import (
    ADOPT_OBSERVATIONS,
    FROM_EVENTS,
    RAISE_ALL,
    observed,
    raised,
)
from tenure.lib.staging import Kind, StagingTable, storable

_COLUMNS: dict[str, Kind] = {
    "principal_id": "text",
    "source": "text",
    "kind": "text",
    "at": "instant",
    "precision": "text",
    "detail": "text",
}
_ARRIVING = "arriving_observations"
_LONGEST_ID, _LONGEST_DETAIL = 200, 120


def observe(connection: Connection, facts: Iterable[ActivityFact], *, at: datetime) -> int:
    """Keep of each principal and source the newest; how many observations moved.

    In the caller's transaction; three statements, however many facts. `at` is when they were
    heard of; what claims to have happened later is taken to have happened then.
    """
    newest: dict[tuple[str, str], ActivityFact] = {}
    for fact in facts:
        key = storable(fact.principal_id), fact.source
        if 0 < len(key[0]) <= _LONGEST_ID and (key not in newest or newest[key].at < fact.at):
            newest[key] = fact
    if not newest:
        return 0
    arriving = StagingTable(database, _ARRIVING, _COLUMNS)
    arriving.create()
    arriving.add(
        [
            [
                principal_id,
                source,
                fact.kind,
                min(fact.at, at),
                fact.precision,
                storable((fact.detail or "")[:_LONGEST_DETAIL]),
            ]
            for (principal_id, source), fact in newest.items()
        ]
    )
    arriving.analyze()
    columns = ", ".join(_COLUMNS)
    moved = _run(observed(f"SELECT {columns} FROM {_ARRIVING}"), connection, at)  # noqa: S608 - ours
    if moved:
        _run(raised(_ARRIVING), connection, at)
    arriving.clear()
    return moved


def observe_events(connection: Connection, *, after: int, at: datetime) -> int:
    """Keep who signed in or did something by the events of the log that were kept after the one of
    this id; how many observations moved."""
    moved = _run(observed(FROM_EVENTS), connection, at, after=after)
    if moved:
        _run(raised(f"({FROM_EVENTS})"), connection, at, after=after)
    return moved


def adopt_observations(connection: Connection, *, at: datetime) -> None:
    """Give observations their accounts, which may be newer than they are."""
    if _run(ADOPT_OBSERVATIONS, connection, at):
        _run(RAISE_ALL, connection, at)


def _run(statement: str, connection: Connection, at: datetime, **named: int) -> int:
    adapt = database.ops.adapt_datetimefield_value
    with database.cursor() as cursor:
        cursor.execute(statement, {"connection": connection.pk, "at": adapt(at), **named})
        return int(cursor.rowcount)
