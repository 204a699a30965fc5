"""Running the statements of `merge` for one collection of one run."""

# ruff: noqa: S608 - statements are put together from names of ours, never from values
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection as database

from tenure.connectors.facts import Fact
from tenure.inventory.arrivals import Arrivals, arrivals
from tenure.inventory.merge import Statements
from tenure.inventory.models import Collection, SyncRun
from tenure.lib.staging import StagingTable

# A merge keeps SQLite's one writer busy; so many rows take well under a second.
MOST_ROWS = 20_000
# From so many new rows on, PostgreSQL must be told, or it plans the search for what is gone as if
# the table were empty: quadratic, minutes instead of a tenth of a second.
_MANY_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What one merge did. Rows that were over and are back count as added."""

    repeated: int = 0
    stored: int = 0
    added: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Rows that a complete reading did not see, numbered from 1, those held before first."""

    rows: int
    held_before: int
    active: int


class Merge:
    """The temporary tables of one reading of one collection, and what is done with them.

    `stage` and `find_missing` open no transaction; `merge`, `end_missing` and `hold_missing` run
    in the caller's, together with the note of what they did.
    """

    def __init__(self, statements: Statements, *, run: SyncRun, collection: Collection) -> None:
        self.waiting = 0
        self._sql = statements
        self._arriving = StagingTable(database, "arriving", statements.columns, key="external_id")
        self._seen = StagingTable(database, "seen", {"external_id": "text"}, key="external_id")
        self._parameters = {
            "run": run.pk,
            "releases": run.releases_id,
            "collection": collection.pk,
            "key": collection.key,
            "connection": run.connection_id,
        }

    @contextmanager
    def open(self) -> Iterator[Merge]:
        """The tables, for the length of a reading."""
        self._drop()
        self._arriving.create()
        self._seen.create()
        self._do("CREATE TEMPORARY TABLE different (row_id bigint PRIMARY KEY, was_over bool)")
        yield self
        # Not on an error: its transaction is broken, and the next reading begins by dropping.
        self._drop()

    def stage(self, facts: Sequence[Fact]) -> tuple[Arrivals, int]:
        """Put one page aside; how many of its rows are there for the first time since a merge."""
        page = arrivals(facts)
        fresh = self._arriving.add(page.rows)
        self.waiting += fresh
        return page, fresh

    def merge(self, *, at: datetime) -> Merged:
        """Change and add what has arrived since the last merge. In the caller's transaction."""
        self._arriving.analyze()
        # The first reading of a record counts; one that came again on a later page is repeated.
        repeated = self._do(
            "DELETE FROM arriving WHERE external_id IN (SELECT external_id FROM seen)"
        )
        changed = self._do(self._sql.differing)
        returned = self._count("SELECT count(*) FROM different WHERE was_over") if changed else 0
        if changed:
            self._do_all(self._sql.changed, at=at)
        self._do_all(self._sql.quiet)
        added = self._do(self._sql.new, at=at)
        if added:
            self._do_all(self._sql.appeared)
        self._do_all(self._sql.records, at=at)
        stored = self._do("INSERT INTO seen SELECT external_id FROM arriving")
        self._do("DELETE FROM different")
        self._arriving.clear()
        self.waiting = 0
        return Merged(
            repeated=repeated, stored=stored, added=added + returned, changed=changed - returned
        )

    def find_missing(self, *, added: int) -> Missing:
        """After a complete reading: which active rows it did not see. Ends nothing yet."""
        self._seen.analyze()
        if added >= _MANY_ROWS:
            self._do(f"ANALYZE {self._sql.table}")
        # Those a released run held come first, so that they can be ended without the others.
        self._do(f"""
CREATE TEMPORARY TABLE missing AS
SELECT a.id AS row_id, a.external_id, CASE WHEN h.id IS NULL THEN 0 ELSE 1 END AS was_held,
       row_number() OVER (ORDER BY CASE WHEN h.id IS NULL THEN 1 ELSE 0 END, a.id) AS n
FROM {self._sql.table} a
LEFT JOIN inventory_heldending h
  ON h.run_id = %(releases)s AND h.key = %(key)s AND h.external_id = a.external_id
WHERE {self._active}
  AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.external_id = a.external_id)""")
        held = self._count("SELECT count(*) FROM missing WHERE was_held = 1")
        return Missing(
            rows=self._count("SELECT count(*) FROM missing"), held_before=held, active=self.active()
        )

    def active(self) -> int:
        """Rows of this connection that are not over."""
        return self._count(f"SELECT count(*) FROM {self._sql.table} a WHERE {self._active}")

    def end_missing(self, *, first: int, last: int, at: datetime) -> int:
        """End the missing rows numbered `first` to `last`. In the caller's transaction."""
        return self._do_all(self._sql.gone, first=first, last=last, at=at)

    def hold_missing(self) -> None:
        """Write down which rows a person must decide about; older lists are superseded."""
        self._do("""
DELETE FROM inventory_heldending WHERE key = %(key)s
  AND run_id IN (SELECT id FROM inventory_syncrun WHERE connection_id = %(connection)s)""")
        self._do("""
INSERT INTO inventory_heldending (run_id, key, external_id)
SELECT %(run)s, %(key)s, external_id FROM missing WHERE was_held = 0""")

    @property
    def _active(self) -> str:
        return f"a.connection_id = %(connection)s AND NOT ({self._sql.is_over})"

    def _drop(self) -> None:
        for name in ("arriving", "seen", "different", "missing"):
            self._do(f"DROP TABLE IF EXISTS {name}")

    def _do_all(self, statements: Iterable[str], **more: object) -> int:
        """The rows that the last statement touched."""
        touched = 0
        for statement in statements:
            touched = self._do(statement, **more)
        return touched

    def _do(self, statement: str, **more: object) -> int:
        with database.cursor() as cursor:
            cursor.execute(_spoken(statement), self._with(more))
            return int(cursor.rowcount)

    def _count(self, statement: str) -> int:
        with database.cursor() as cursor:
            cursor.execute(statement, self._with({}))
            return int(cursor.fetchone()[0])

    def _with(self, more: Mapping[str, Any]) -> dict[str, Any]:
        adapt = database.ops.adapt_datetimefield_value
        written = {n: adapt(v) if isinstance(v, datetime) else v for n, v in more.items()}
        return self._parameters | written


def _spoken(statement: str) -> str:
    """Standard SQL in the words of this database: SQLite knows IS DISTINCT FROM only since 3.39."""
    if database.vendor == "sqlite":
        return statement.replace("IS DISTINCT FROM", "IS NOT")
    return statement
