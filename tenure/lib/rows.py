"""Writing many rows at once, each with values of its own: one statement, prepared once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec
from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

_PLAIN = frozenset(
    {"CharField", "TextField", "BooleanField", "AutoField", "BigAutoField", "IntegerField"}
    | {"BigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "SmallIntegerField"}
)
_PLAIN_ON_POSTGRESQL = _PLAIN | {"DateField", "DateTimeField", "UUIDField"}
_MANY = 10_000
_json = msgspec.json.Encoder().encode
Row = TypeVar("Row")


def in_batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """So many at a time of rows that nobody wants to hold all at once."""
    coming = iter(rows)
    while some := list(islice(coming, size)):
        yield some


def write_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Save the named fields of every row: one statement, prepared once.

    The ORM's own way for many rows is one statement with a case for each row and field, whose cost
    grows with the square of what one writes here.
    """
    if not rows:
        return
    meta = rows[0]._meta
    columns: list[Any] = [meta.get_field(name) for name in fields]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(field.column)} = %s" for field in columns)
    key: Any = meta.pk
    names = [*(field.attname for field in columns), key.attname]
    values = ([getattr(row, name) for name in names] for row in rows)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(key.column)} = %s",  # noqa: S608 - names of ours
            list(_written([*columns, key], values)),
        )


def insert_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Store new rows, each a value for every named field; what is not named the database fills.

    The ORM asks every field of every row how it is written; here each column is asked once.
    PostgreSQL takes them as one stream.
    """
    quote = connection.ops.quote_name
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, into, _written(columns, rows))
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {into} VALUES ({places})",  # noqa: S608 - names of ours
            list(_written(columns, rows)),
        )


def store_found(
    model: type[models.Model], fields: Sequence[str], found: models.QuerySet[Any, Any]
) -> int:
    """Store what a query finds, a column for every named field, but for what is there already: one
    statement, and no row passes through here. How many were stored."""
    quote = connection.ops.quote_name
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in columns)})"
    select, values = found.query.sql_with_params()
    # Without a condition SQLite would take the conflict's ON for that of a join.
    rows = f"SELECT * FROM ({select}) AS found WHERE TRUE"  # noqa: S608 - the ORM's own
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {into} {rows} ON CONFLICT DO NOTHING", values)
        return int(cursor.rowcount)


def note_growth(model: type[models.Model], new: int) -> None:
    """So many rows have just come into a table. PostgreSQL looks for itself only later, and until
    then reads all of a table of which it does not know how different its rows are."""
    if new >= _MANY and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _copy(cursor: CursorWrapper, into: str, rows: Iterable[Sequence[Any]]) -> None:
    # This goes past the ORM's cursor, which would translate what the database refuses.
    with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _written(columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows as the driver takes them; most columns it takes as they are."""
    plain = _PLAIN_ON_POSTGRESQL if connection.vendor == "postgresql" else _PLAIN
    ways = [(n, _way(one)) for n, one in enumerate(columns) if _kind(one) not in plain]
    for row in rows:
        written = list(row)
        for place, way in ways:
            if written[place] is not None:
                written[place] = way(written[place])
        yield written


def _kind(field: Any) -> str:  # noqa: ANN401 - a field of any kind
    """What is stored, which of a reference is the other row's key."""
    kind: str = getattr(field, "target_field", field).get_internal_type()
    return kind


def _way(field: Any) -> Callable[[object], Any]:  # noqa: ANN401 - a field of any kind
    """How a value of a column is written. One that comes again right away is not asked twice."""
    if isinstance(field, models.JSONField):
        return lambda value: _json(value).decode()
    # Not the stand-in for whatever connection is current: each look through it costs microseconds.
    database: BaseDatabaseWrapper = connections[connection.alias]
    last: object = object()
    written: Any = None

    def write(value: object) -> Any:  # noqa: ANN401 - whatever the driver takes
        nonlocal last, written
        if value is not last:
            last, written = value, field.get_db_prep_save(value, database)
        return written

    return write
