"""Running the statements of `merge` for one table in one run."""

# ruff: noqa: S608 - statements are put together from names of ours, never from values
from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from django.db import connection as database

from tenure.inventory.known import Known
from tenure.inventory.merge.outcomes import Merged, Missing
from tenure.inventory.merge.statements import ARRIVING, BOTH, Statements
from tenure.inventory.models import Collection, Entitlement, KnownBy, SyncRun
from tenure.lib.staging import StagingTable, Value

# A merge keeps SQLite's one writer busy; so many rows take well under a second.
MOST_ROWS = 20_000
# From so many new rows on, PostgreSQL must be told, or it plans every later join as if the table
# were still empty: quadratic, minutes instead of a tenth of a second.
_MANY_ROWS = 1_000
_N, _COLLECTION, _EXTERNAL_ID = 0, 1, 5


class Merge:
    """The rows of one table on their way in, of as many lists as are being read.

    Everything here but `stage` runs in the caller's transaction, together with the note of what it
    did.
    """

    def __init__(self, statements: Statements, *, run: SyncRun) -> None:
        self._sql = statements
        self._waiting: dict[tuple[int, str], list[Value]] = {}
        self._new_rows = self._analyzed = 0
        noun = statements.noun.replace(" ", "_")
        columns = [*ARRIVING, *statements.columns]
        self._principal = columns.index("principal_id") if "principal_id" in columns else None
        self._newest = columns.index(statements.newest) if statements.newest else None
        self._arriving = StagingTable(
            database, f"arriving_{noun}", {**ARRIVING, **statements.columns}
        )
        self._different = StagingTable(
            database, "different", {"n": "number", "row_id": "number", "was_over": "flag"}
        )
        self._missing = StagingTable(
            database, "missing", {"n": "number", "row_id": "number", "collection_id": "number"}
        )
        self._parameters = {"run": run.pk, "connection": run.connection_id}

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def stage(self, rows: Iterable[Sequence[Value]]) -> int:
        """Put rows aside; how many of them wait already. The first of a record counts, or its
        newest."""
        repeated = 0
        for row in rows:
            key = row[_COLLECTION], row[_EXTERNAL_ID]
            kept = self._waiting.setdefault(key, fresh := list(row))  # type: ignore[arg-type] # an id and a text
            if kept is not fresh:
                repeated += 1
                if self._newest is not None and fresh[self._newest] > kept[self._newest]:  # type: ignore[operator] # instants
                    self._waiting[key] = fresh  # type: ignore[index] # same
        return repeated

    @property
    def waiting_ids(self) -> set[str]:
        return {external_id for _, external_id in self._waiting}

    def merge(
        self, known: Mapping[int, Known], *, at: datetime, about: AbstractSet[str] | None = None
    ) -> dict[int, Merged]:
        """Change and add what waits; what that did to each list, by its collection's id.

        What is not `about` one of these principals goes on waiting.
        """
        rows = self._take(about)
        if not rows:
            return {}
        pages = [row[_N] for row in rows]
        for n, row in enumerate(rows):
            row[_N] = n
        self._arriving.create()
        self._arriving.add(rows)
        self._arriving.analyze()
        done: dict[int, Merged] = defaultdict(Merged)
        for row in rows:
            done[row[_COLLECTION]].stored += 1  # type: ignore[index] # an id
        existing = self._existing(rows, pages, known, done)
        if existing:
            self._change(existing, rows, done, at=at)
        for collection_id, count in Counter(
            row[_COLLECTION] for row in rows if row[_N] not in existing
        ).items():
            done[collection_id].added += count  # type: ignore[index] # an id
        self._add(at=at, is_all_there=not self._sql.replaces and len(existing) == len(rows))
        self._arriving.clear()
        return done

    def _take(self, about: AbstractSet[str] | None) -> list[list[Value]]:
        if about is None or (principal := self._principal) is None:
            taken, self._waiting = self._waiting, {}
        else:
            taken = {key: row for key, row in self._waiting.items() if row[principal] in about}
            self._waiting = {k: row for k, row in self._waiting.items() if k not in taken}
        return list(taken.values())

    def find_missing(
        self, collection: Collection, known: Known, *, released: SyncRun | None
    ) -> Missing:
        """After a complete reading: which active rows it did not see. Ends nothing yet."""
        unseen = known.unseen()
        held = self._held_before(collection, released) if released and unseen else set()
        ordered = array("q", sorted(unseen, key=lambda row_id: (row_id not in held, row_id)))
        return Missing(row_ids=ordered, held_before=sum(row_id in held for row_id in unseen))

    def end_missing(
        self, collection: Collection, missing: Missing, *, first: int, last: int, at: datetime
    ) -> int:
        """End those of the missing rows that are numbered, from 1, `first` to `last`."""
        self._put_missing(collection, missing, first=first, last=last)
        return self._do_all(self._sql.gone, first=first, last=last, at=at)

    def hold_missing(self, collection: Collection, missing: Missing) -> None:
        """Write down which rows a person must decide about; older lists are superseded."""
        self._put_missing(collection, missing, first=missing.held_before + 1, last=missing.rows)
        named = {"key": collection.key, "after": missing.held_before}
        self._do(
            "DELETE FROM inventory_heldending WHERE key = %(key)s AND run_id IN "
            "(SELECT id FROM inventory_syncrun WHERE connection_id = %(connection)s)",
            **named,
        )
        self._do(
            "INSERT INTO inventory_heldending (run_id, key, external_id) "
            f"SELECT %(run)s, %(key)s, a.external_id FROM missing m JOIN {self._sql.table} a "
            "ON a.id = m.row_id WHERE m.n > %(after)s",
            **named,
        )

    def _put_missing(
        self, collection: Collection, missing: Missing, *, first: int, last: int
    ) -> None:
        """The table is every list's: it holds what is ended now, and nothing of it is kept."""
        self._missing.create()
        self._missing.add(
            [[n, missing.row_ids[n - 1], collection.pk] for n in range(first, last + 1)]
        )
        self._missing.analyze()

    def _existing(
        self,
        rows: list[list[Value]],
        pages: Sequence[Any],
        known: Mapping[int, Known],
        done: Mapping[int, Merged],
    ) -> dict[int, bool]:
        """Numbers of the rows that are there already, and whether they are new to their list all
        the same; those that came before are taken out."""
        sql = self._sql
        found = self._fetch(
            f"SELECT s.n, s.collection_id, a.id, COALESCE({sql.fingerprint}, 0), "
            f"CASE WHEN {sql.is_over} OR {sql.is_foreign} THEN 1 ELSE 0 END "
            f"{BOTH.format(table=sql.table)} WHERE {sql.same}"
        )
        existing: dict[int, bool] = {}
        repeated = []
        for n, collection_id, row_id, fingerprint, is_new_here in found:
            came = (
                "first"
                if is_new_here
                else known[collection_id].see_changed(row_id, fingerprint, pages[n])
            )
            if came != "first":  # then of the two that came, one is the repeated one
                done[collection_id].repeated += 1
                done[collection_id].stored -= 1
            if came == "again":
                repeated.append(n)
            else:
                existing[n] = bool(is_new_here)
        if repeated:
            marks = ", ".join(str(int(n)) for n in repeated)
            self._do(f"DELETE FROM arriving WHERE n IN ({marks})")
            taken_out = set(repeated)
            rows[:] = [row for row in rows if row[_N] not in taken_out]
        return existing

    def _change(
        self,
        existing: Mapping[int, bool],
        rows: list[list[Value]],
        done: Mapping[int, Merged],
        *,
        at: datetime,
    ) -> None:
        sql = self._sql
        self._different.create()
        differing = self._do(
            f"INSERT INTO different (n, row_id, was_over) SELECT s.n, a.id, {sql.is_over} "
            f"{BOTH.format(table=sql.table)} WHERE {sql.same} AND ({sql.differs})"
        )
        if differing:
            lists = {row[_N]: row[_COLLECTION] for row in rows if row[_N] in existing}
            for (n,) in self._fetch("SELECT n FROM different"):
                of = done[lists[n]]  # type: ignore[index] # an id
                if existing[n]:
                    of.added += 1
                else:
                    of.changed += 1
            self._do_all(sql.changed, at=at)
        self._do_all(sql.quiet, at=at)

    def _add(self, *, at: datetime, is_all_there: bool) -> None:
        if not is_all_there:
            if self._sql.rights:
                self._make_rights(at)
            self._new_rows += self._do_all(self._sql.new, at=at)
            self._learn_size()
        self._do_all(self._sql.appeared, at=at)

    def _make_rights(self, at: datetime) -> None:
        """Entitlements that arrive for the first time: as many as projects have roles."""
        Entitlement.objects.bulk_create(
            [
                Entitlement(
                    connection_id=self._parameters["connection"],
                    resource_id=resource_id,
                    kind=kind,
                    external_id=role,
                    began_at=at,
                    began_known_by=KnownBy.BETWEEN_READS,
                )
                for resource_id, kind, role in self._fetch(self._sql.rights)
            ],
            ignore_conflicts=True,
        )

    def _held_before(self, collection: Collection, released: SyncRun) -> set[int]:
        scope = collection.pk if self._sql.scope == "collection_id" else collection.connection_id
        rows = self._fetch(
            f"SELECT a.id FROM {self._sql.table} a JOIN inventory_heldending h "
            "ON h.external_id = a.external_id WHERE h.run_id = %(released)s "
            f"AND h.key = %(key)s AND a.{self._sql.scope} = %(scope)s AND {self._sql.is_mine}",
            released=released.pk,
            key=collection.key,
            scope=scope,
        )
        return {row_id for (row_id,) in rows}

    def _learn_size(self) -> None:
        """When the table has doubled: sampling it costs, and a wrong plan costs more."""
        if self._new_rows >= max(_MANY_ROWS, self._analyzed) and database.vendor == "postgresql":
            self._do(f"ANALYZE {self._sql.table}")
            self._analyzed, self._new_rows = self._analyzed + self._new_rows, 0

    def _do_all(self, statements: Iterable[str], **more: object) -> int:
        """The rows that the last statement touched."""
        touched = 0
        for statement in statements:
            touched = self._do(statement, **more)
        return touched

    def _do(self, statement: str, **more: object) -> int:
        with database.cursor() as cursor:
            cursor.execute(self._spoken(statement), self._with(more))
            return int(cursor.rowcount)

    def _fetch(self, statement: str, **more: object) -> list[tuple[Any, ...]]:
        with database.cursor() as cursor:
            cursor.execute(self._spoken(statement), self._with(more))
            return list(cursor.fetchall())

    def _with(self, more: Mapping[str, Any]) -> dict[str, Any]:
        adapt = database.ops.adapt_datetimefield_value
        written = {n: adapt(v) if isinstance(v, datetime) else v for n, v in more.items()}
        return self._parameters | written

    def _spoken(self, statement: str) -> str:
        """Standard SQL in the words of this database: SQLite knows IS DISTINCT FROM since 3.39."""
        named = (
            statement.replace("FROM arriving", f"FROM {self._arriving.name}")
            .replace("JOIN arriving", f"JOIN {self._arriving.name}")
            .replace("UPDATE arriving", f"UPDATE {self._arriving.name}")
        )
        if database.vendor == "sqlite":
            return named.replace("IS DISTINCT FROM", "IS NOT")
        return named
