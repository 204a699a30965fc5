"""Rows on their way into a table: put into a temporary table first, to be compared in sets.

The table belongs to one database connection and dies with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from django.db.backends.base.base import BaseDatabaseWrapper

Kind = Literal["text", "flag", "instant", "uuid", "json", "number"]
Value = str | bool | int | datetime | list[Any] | None

_POSTGRESQL: Mapping[Kind, str] = {
    "text": "text",
    "flag": "boolean",
    "instant": "timestamptz",
    "uuid": "uuid",
    "json": "jsonb",
    "number": "bigint",
}
# As Django declares its own columns: the declared type decides how SQLite compares.
_SQLITE: Mapping[Kind, str] = {
    "text": "text",
    "flag": "bool",
    "instant": "datetime",
    "uuid": "char(32)",
    "json": "text",
    "number": "bigint",
}


class StagingTable:
    """A temporary table without keys. Whoever fills it has left out what came twice."""

    def __init__(
        self, database: BaseDatabaseWrapper, name: str, columns: Mapping[str, Kind]
    ) -> None:
        self.name = name
        self._database = database
        self._columns = dict(columns)
        self._is_postgresql = database.vendor == "postgresql"
        self._types = _POSTGRESQL if self._is_postgresql else _SQLITE
        forms = _POSTGRESQL_FORMS if self._is_postgresql else _SQLITE_FORMS
        self._forms = [
            (at, forms[kind]) for at, kind in enumerate(columns.values()) if kind in forms
        ]

    def create(self) -> None:
        """Make it, or empty the one that this database connection has from before."""
        columns = ", ".join(f"{name} {self._types[kind]}" for name, kind in self._columns.items())
        self.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {self.name} ({columns})")
        self.clear()

    def clear(self) -> None:
        """Empty it, leaving nothing behind for PostgreSQL to vacuum."""
        self.execute(f"{'TRUNCATE' if self._is_postgresql else 'DELETE FROM'} {self.name}")

    def add(self, rows: Sequence[list[Value]]) -> None:
        """Put rows in, values in the order of the columns; they are changed to what the driver
        takes. Texts are `storable`, a uuid is its digits.
        """
        for at, form in self._forms:
            for row in rows:
                if row[at] is not None:
                    row[at] = form(row[at])
        names = ", ".join(self._columns)
        with self._database.cursor() as cursor:
            if self._is_postgresql:
                with cursor.copy(f"COPY {self.name} ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                return
            places = ", ".join(["%s"] * len(self._columns))
            cursor.executemany(
                f"INSERT INTO {self.name} ({names}) VALUES ({places})",  # noqa: S608 - names of ours
                rows,
            )

    def drop(self) -> None:
        self.execute(f"DROP TABLE IF EXISTS {self.name}")

    def analyze(self) -> None:
        """Tell PostgreSQL what is inside: without that it plans for an empty table."""
        if self._is_postgresql:
            self.execute(f"ANALYZE {self.name}")

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> int:
        """Run one statement; how many rows it touched."""
        with self._database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)


def _sqlite_instant(value: datetime) -> str:
    """As Django writes it, so that it compares equal to Django's own."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(" ")[: -len("+00:00")]


def _json(value: list[Any]) -> str:
    return msgspec.json.encode(value).decode()


def storable(text: str) -> str:
    """The text without what a database cannot hold: NUL and halves of characters become U+FFFD."""
    if text.isprintable():  # true of nothing that is left out, and quick to tell
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "\ufffd")


_POSTGRESQL_FORMS: Mapping[Kind, Callable[[Any], Any]] = {"json": _json}
_SQLITE_FORMS: Mapping[Kind, Callable[[Any], Any]] = {
    "flag": int,  # the driver looks twice for what to do with a bool
    "instant": _sqlite_instant,
    "json": _json,
}
