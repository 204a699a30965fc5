"""Counts that stop at a bound, so that a page never waits for a number nobody reads to the end."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, IntegerField, Model, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

MOST = 10_000
Row = TypeVar("Row", bound=Model)


class BoundedCount(Subquery):
    """How many rows, or different values, as a column; it stops counting one past the bound."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS bounded)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Row]) -> None:
        super().__init__(_some(rows))


def row_count(rows: QuerySet[Row], *, where: Q | None = None) -> Coalesce:
    """How many rows of an outer one, as a column; all of them are counted.

    What is said by `where` is looked at of each of these rows: of what they are filtered by, a
    database may begin with all that it holds for.
    """
    number = Count("pk", filter=where)
    counted = rows.order_by().values(n=Value(1)).annotate(of=number).values("of")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def bounded_counts(**rows: QuerySet[Any]) -> dict[str, int]:
    """Several counts, of whatever tables, by one query."""
    counts, asked, given = dict.fromkeys(rows, 0), dict[str, str](), list[Any]()
    for name, of in rows.items():
        try:
            sql, params = _some(of).query.sql_with_params()
        except EmptyResultSet:  # what finds nothing by its nature is not asked
            continue
        asked[name] = f"(SELECT COUNT(*) FROM ({sql}) AS bounded)"  # noqa: S608 - Django's own SQL
        given += params
    if asked:
        # Put together here: as columns of a query of Django's, each would be resolved and written
        # anew among all others, which takes longer than counting.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(asked.values())}", given)
            counts |= zip(asked, cursor.fetchone(), strict=True)
    return counts


def _some(rows: QuerySet[Row]) -> QuerySet[Row, Any]:
    some = rows.order_by()
    return (some if some.query.distinct else some.values("pk"))[: MOST + 1]


def are_many(count: int | None) -> bool:
    """Whether counting stopped. Then whoever wants a page of them asks each whether it is one,
    until there is a page, instead of making a list of all."""
    return (count or 0) > MOST


def in_words(count: int) -> str:
    """261, or "10,000+" when counting stopped."""
    return f"{MOST:,}+" if count > MOST else f"{count:,}"
