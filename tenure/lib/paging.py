"""Pages by key, not by number: as quick at the end as at the start, and stable while rows change.

A cursor is signed and carries the sort, the filter it was made for and the key it continues
from; used with another sort or filter it is refused instead of silently skipping rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from tenure.lib.errors import Invalid

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")
Other = TypeVar("Other")
Key = int | str | datetime

_SALT = "tenure.paging"


@dataclass(frozen=True, slots=True)
class Sort:
    """A total order: columns or annotations, never null; `-` descends, and `id` decides ties."""

    name: str
    columns: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.columns, "-id" if self.columns and self.columns[0][0] == "-" else "id")


@dataclass(frozen=True, slots=True)
class Page(Generic[Shown]):
    """Some rows, and the cursors of the pages around them."""

    rows: list[Shown]
    next: str | None = None
    previous: str | None = None

    def each(self, shown: Callable[[Shown], Other]) -> Page[Other]:
        """The same page, each row as it is shown."""
        return Page([shown(row) for row in self.rows], self.next, self.previous)


def page(
    rows: QuerySet[Row],
    *,
    sort: Sort,
    among: QuerySet[Row] | None = None,
    found_first: bool = False,
    cursor: str = "",
    filters: Mapping[str, object] | None = None,
    limit: int = 50,
) -> Page[Row]:
    """The page after (or before) the cursor; the first one without.

    `among` are the rows without all that they are shown with: where no index has their order, as
    many as there are have to be put in order, and only a page of them has to be shown. Few among
    many are to be `found_first` and then put in order, by a text: else a database walks the index
    of that, and looks at every row for the few.
    """
    made_for = _digest(sort, filters or {})
    if found_first:
        text = Coalesce(sort.columns[0], Value(""))
        rows = rows.annotate(in_order=text)  # type: ignore[assignment] # the same rows
        if among is not None:
            among = among.annotate(in_order=text)  # type: ignore[assignment] # same
        sort = Sort(sort.name, ("in_order",))
    backwards, key = _open(cursor, made_for) if cursor else (False, None)
    keys = tuple(_flip(name) for name in sort.keys) if backwards else sort.keys
    found = (rows if among is None else among).order_by(*keys)
    if key is not None:
        found = found.filter(_beyond(keys, key))
    found = found[: limit + 1]
    if among is not None:
        found = rows.filter(pk__in=found.values("pk")).order_by(*keys)
    some = list(found)
    more, some = len(some) > limit, some[:limit]
    if backwards:
        some.reverse()
    has_next = more if not backwards else True
    has_previous = more if backwards else bool(cursor)

    def cursor_at(row: Row, *, back: bool) -> str:
        values = [_plain(getattr(row, name.lstrip("-"))) for name in sort.keys]
        return signing.dumps([back, values, made_for], salt=_SALT, compress=True)

    return Page(
        some,
        next=cursor_at(some[-1], back=False) if some and has_next else None,
        previous=cursor_at(some[0], back=True) if some and has_previous else None,
    )


def _open(cursor: str, made_for: str) -> tuple[bool, list[Key]]:
    try:
        backwards, values, digest = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise Invalid("This page link is damaged; start again from the first page.") from error
    if digest != made_for:
        raise Invalid("This page link belongs to another filter; start again from the first page.")
    return bool(backwards), [_typed(value) for value in values]


def _beyond(keys: Sequence[str], values: Sequence[Key]) -> Q:
    """Rows after the key: a > x, or a = x and b > y, and so on.

    That alone makes a database walk the index from its first row; `a >= x` beside it lets it begin
    at the right place.
    """
    first, from_here = keys[0].lstrip("-"), "lte" if keys[0].startswith("-") else "gte"
    beyond, equal = Q(), Q()
    for name, value in zip(keys, values, strict=True):
        column, smaller = name.lstrip("-"), name.startswith("-")
        beyond |= equal & Q(**{f"{column}__{'lt' if smaller else 'gt'}": value})
        equal &= Q(**{column: value})
    return Q(**{f"{first}__{from_here}": values[0]}) & beyond


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return value.isoformat() if isinstance(value, date) else value


def _typed(value: object) -> Key:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["at"])
    if isinstance(value, int | str):
        return value
    raise Invalid("This page link is damaged; start again from the first page.")


def _digest(sort: Sort, filters: Mapping[str, object]) -> str:
    said = [sort.name, *(f"{name}={value}" for name, value in sorted(filters.items()) if value)]
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]
