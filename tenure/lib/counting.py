"""Counts that stop at a bound, so that a page never waits for a number nobody reads to the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

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

    def __init__(self, rows: QuerySet[Row, Any], most: int | None = None) -> None:
        super().__init__(_some(rows, most))


def row_count(rows: QuerySet[Row], *, where: Q | None = None) -> Coalesce:
    """How many rows of an outer one, as a column; all of them are counted.

    What is said by `where` is looked at of each of these rows: of what they are filtered by, a
    database may begin with all that it holds for.
    """
    number = Count("pk", filter=where)
    counted = rows.order_by().values(n=Value(1)).annotate(of=number).values("of")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class AtLeast(NamedTuple):
    """Rows of which a part that is soon counted may reach the bound by itself; `whole` is counted
    where it does not."""

    part: QuerySet[Any, Any]
    whole: QuerySet[Any, Any]


def bounded_counts(**rows: QuerySet[Any, Any] | AtLeast) -> dict[str, int]:
    """Several counts, of whatever tables, by one query."""
    counts, asked, given = dict.fromkeys(rows, 0), dict[str, str](), list[Any]()
    for name, of in rows.items():
        part, part_given = _counting(of.part) if isinstance(of, AtLeast) else ("", ())
        whole, whole_given = _counting(of.whole if isinstance(of, AtLeast) else of)
        if not whole:
            continue
        many = f"CASE WHEN {part} > {MOST} THEN {MOST + 1} ELSE {whole} END"
        asked[name] = many if part else whole
        given += (*part_given, *whole_given)
    if asked:
        # Put together here: as columns of a query of Django's, each would be resolved and written
        # anew among all others, which takes longer than counting.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(asked.values())}", given)
            counts |= zip(asked, cursor.fetchone(), strict=True)
    return counts


def _counting(rows: QuerySet[Any, Any]) -> tuple[str, Sequence[Any]]:
    """The SQL of a count and its parameters; none of what finds nothing by its nature."""
    try:
        sql, params = _some(rows).query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS bounded)", params  # noqa: S608 - Django's own SQL


def _some(rows: QuerySet[Row, Any], most: int | None = None) -> QuerySet[Row, Any]:
    some = rows.order_by()
    return (some if some.query.distinct else some.values("pk"))[
        : (MOST if most is None else most) + 1
    ]


def are_many(count: int | None) -> bool:
    """Whether counting stopped. Then whoever wants a page of them asks each whether it is one,
    until there is a page, instead of making a list of all."""
    return (count or 0) > MOST


def in_words(count: int) -> str:
    """261, or "10,000+" when counting stopped."""
    return f"{MOST:,}+" if count > MOST else f"{count:,}"
