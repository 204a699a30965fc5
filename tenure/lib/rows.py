"""Writing many rows at once, each with values of its own: one statement, prepared once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


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
    ways = [(field.attname, _way(field)) for field in columns]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(key.column)} = %s",  # noqa: S608 - names of ours
            [[*(way(getattr(row, name)) for name, way in ways), row.pk] for row in rows],
        )


def insert_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Store new rows, each a value for every named field; what is not named the database fills.

    The ORM asks every field of every row how it is written; here each column is asked once.
    """
    quote = connection.ops.quote_name
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    names = ", ".join(quote(field.column) for field in columns)
    places = ", ".join(["%s"] * len(columns))
    ways = [_way(field) for field in columns]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})",  # noqa: S608 - names of ours
            [[way(value) for way, value in zip(ways, row, strict=True)] for row in rows],
        )


def _way(field: Any) -> Callable[[object], Any]:  # noqa: ANN401 - a field of any kind
    """How a value of a column is written. One that comes again right away is not asked twice."""
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
