"""Counts that stop at a bound, so that a page never waits for a number nobody reads to the end."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, IntegerField, Model, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

MOST = 10_000
Row = TypeVar("Row", bound=Model)


class BoundedCount(Subquery):
    """How many rows, or different values, as a column; it stops counting one past the bound."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS bounded)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Row]) -> None:
        some = rows.order_by()
        super().__init__((some if some.query.distinct else some.values("pk"))[: MOST + 1])


def row_count(rows: QuerySet[Row]) -> Coalesce:
    """How many rows of an outer one, as a column; all of them are counted."""
    counted = rows.order_by().values(n=Value(1)).annotate(of=Count("pk")).values("of")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def bounded_counts(**rows: QuerySet[Any]) -> dict[str, int]:
    """Several counts, of whatever tables, by one query."""
    counts = {f"count_{name}": BoundedCount(of) for name, of in rows.items()}
    # Every query needs a table to begin with, and this one is never empty.
    one = ContentType.objects.order_by("pk").annotate(**counts).values(*counts)[:1].get()
    # A query that finds nothing by its nature is never asked, and says nothing.
    return {name: one[f"count_{name}"] or 0 for name in rows}


def in_words(count: int) -> str:
    """261, or "10,000+" when counting stopped."""
    return f"{MOST:,}+" if count > MOST else f"{count:,}"
