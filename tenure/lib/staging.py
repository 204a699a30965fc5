"""Rows on their way into a table: put into a temporary table first, to be compared in sets.

The table belongs to one database connection and dies with it. Nothing here takes the write lock of
SQLite, as long as no transaction is open: temporary tables live in a file of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db.backends.base.base import BaseDatabaseWrapper

Kind = Literal["text", "flag", "instant", "uuid", "json"]
Value = str | bool | datetime | UUID | list[Any] | None

_POSTGRESQL: Mapping[Kind, str] = {
    "text": "text",
    "flag": "boolean",
    "instant": "timestamptz",
    "uuid": "uuid",
    "json": "jsonb",
}
# As Django declares its own columns: the declared type decides how SQLite compares.
_SQLITE: Mapping[Kind, str] = {
    "text": "text",
    "flag": "bool",
    "instant": "datetime",
    "uuid": "char(32)",
    "json": "text",
}
_MOST_PARAMETERS = 30_000  # SQLite takes 32,766


class StagingTable:
    """A temporary table with a text key, filled page by page; a key that came before is skipped."""

    def __init__(
        self, database: BaseDatabaseWrapper, name: str, columns: Mapping[str, Kind], *, key: str
    ) -> None:
        self.name = name
        self._database = database
        self._columns = dict(columns)
        self._key = key
        self._is_postgresql = database.vendor == "postgresql"
        self._types = _POSTGRESQL if self._is_postgresql else _SQLITE

    def create(self) -> None:
        """Make it anew and empty."""
        columns = ", ".join(f"{name} {self._types[kind]}" for name, kind in self._columns.items())
        self.drop()
        self.execute(f"CREATE TEMPORARY TABLE {self.name} ({columns}, PRIMARY KEY ({self._key}))")

    def drop(self) -> None:
        self.execute(f"DROP TABLE IF EXISTS {self.name}")

    def clear(self) -> None:
        """Empty it, leaving nothing behind for PostgreSQL to vacuum."""
        self.execute(f"{'TRUNCATE' if self._is_postgresql else 'DELETE FROM'} {self.name}")

    def add(self, rows: Sequence[Sequence[Value]]) -> int:
        """Put rows in, values in the order of the columns. How many had a new key."""
        forms = self._converters()
        written = [
            [None if value is None else form(value) for form, value in zip(forms, row, strict=True)]
            for row in rows
        ]
        if self._is_postgresql:
            return self._add_as_json(written) if written else 0
        most = _MOST_PARAMETERS // len(self._columns)
        return sum(
            self._add_as_values(written[start : start + most])
            for start in range(0, len(written), most)
        )

    def analyze(self) -> None:
        """Tell PostgreSQL what is inside: without that it plans for an empty table."""
        if self._is_postgresql:
            self.execute(f"ANALYZE {self.name}")

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> int:
        """Run one statement; how many rows it touched."""
        with self._database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)

    def _add_as_json(self, rows: list[list[Any]]) -> int:
        names = ", ".join(self._columns)
        types = ", ".join(f"{name} {self._types[kind]}" for name, kind in self._columns.items())
        document = msgspec.json.encode([dict(zip(self._columns, row, strict=True)) for row in rows])
        return self.execute(
            f"INSERT INTO {self.name} ({names}) "  # noqa: S608 - names of ours, never values
            f"SELECT {names} FROM json_to_recordset(%s::json) AS arriving({types}) "
            "ON CONFLICT DO NOTHING",
            [document.decode()],
        )

    def _add_as_values(self, rows: list[list[Any]]) -> int:
        one = f"({', '.join(['%s'] * len(self._columns))})"
        return self.execute(
            f"INSERT INTO {self.name} ({', '.join(self._columns)}) "  # noqa: S608 - as above
            f"VALUES {', '.join([one] * len(rows))} ON CONFLICT DO NOTHING",
            [value for row in rows for value in row],
        )

    def _converters(self) -> list[Callable[[Any], Any]]:
        """How the values of each column are handed to the driver."""
        if self._is_postgresql:  # which gets JSON, and that has a form for everything
            return [storable if kind == "text" else _same for kind in self._columns.values()]
        return [_SQLITE_FORMS[kind] for kind in self._columns.values()]


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever it is
    return value


def _sqlite_instant(value: datetime) -> str:
    """As Django writes it, so that it compares equal to Django's own."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def storable(text: str) -> str:
    """The text without what a database cannot hold: NUL and halves of characters become U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "\ufffd")


_SQLITE_FORMS: Mapping[Kind, Callable[[Any], Any]] = {
    "text": storable,
    "flag": _same,
    "instant": _sqlite_instant,
    "uuid": lambda value: value.hex,
    "json": lambda value: msgspec.json.encode(value).decode(),
}
