"""Writing many rows at once, each with values of its own: one statement, prepared once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


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
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(key.column)} = %s",  # noqa: S608 - names of ours
            [
                [
                    *(
                        field.get_db_prep_save(getattr(row, field.attname), connection)
                        for field in columns
                    ),
                    row.pk,
                ]
                for row in rows
            ],
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
    ways = [field.get_db_prep_save for field in columns]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})",  # noqa: S608 - names of ours
            [
                [way(value, connection) for way, value in zip(ways, row, strict=True)]
                for row in rows
            ],
        )
