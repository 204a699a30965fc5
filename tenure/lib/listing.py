"""A list, declared once: what its page, its endpoint, its exports and the command line share.

    ACCOUNTS = Listing(
        name="accounts",
        path="accounts",
        scope="inventory:read",
        permission="accounts.view",
        asks=AccountsQuery,                      the filters, named as in the page's address
        rows=accounts,                           (asked, *, actor) -> Page of AccountOut
        columns=(Column("ref"), Column("person", "person.name", none="nobody"), …),
    )

An export is the pages of `rows`, one after the other to the end. So it has the filter, the order
and the scope of the page, and rows that come or go meanwhile neither repeat nor displace others.
Slices name theirs in `LISTS` of their `lists.py`; `tenure.exports` finds them there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import ValidationError

from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.lib.endpoints import Given, PageQuery
from tenure.lib.errors import Invalid
from tenure.lib.paging import Page

Asked = TypeVar("Asked", bound=Given)
Cell = str | int | bool

_OF_A_PAGE = frozenset(PageQuery.model_fields)


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, and the path to its value from a row.

    `none` is the word where there is no value. What may be missing has one: an empty cell is an
    empty text, and never "unknown" or "not yet". What auditors are not told is no column of theirs.
    """

    name: str
    path: str = ""
    none: str = ""
    for_auditors: bool = True

    @property
    def label(self) -> str:
        """`last_activity` as people say it."""
        return self.name.replace("_", " ").capitalize()

    @cached_property
    def steps(self) -> tuple[str, ...]:
        return tuple((self.path or self.name).split("."))

    def cell(self, row: object) -> Cell:
        """The value in this column."""
        value: Any = row
        for step in self.steps:
            value = getattr(value, step)
            if value is None:
                return self.none
        return _plain(value)


@dataclass(frozen=True, slots=True)
class Within:
    """What a list is within, such as one project: its word, and how the command line finds its ref
    (or slug) by what somebody types."""

    word: str
    found: Callable[[str, Actor], object]


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Asked]):
    """A list with its filters, rows and columns.

    `path` is its endpoint's, with `{uuid:ref}` where it is within something; `rows` is then given
    that as `of`.
    """

    name: str
    path: str
    scope: str
    permission: str
    asks: type[Asked]
    rows: Callable[..., Page[Any]]
    columns: tuple[Column, ...]
    within: Within | None = None

    @property
    def label(self) -> str:
        """`project-accounts` as people say it."""
        return self.name.replace("-", " ").capitalize()

    @property
    def filters(self) -> list[str]:
        """Names of what it may be narrowed by."""
        return [name for name in self.asks.model_fields if name not in _OF_A_PAGE]

    @property
    def place(self) -> str | None:
        """The name in the path of what it is within: `ref` or `slug`."""
        found = re.search(r"{\w+:(\w+)}", self.path)
        return found[1] if found else None

    def asked(self, said: Mapping[str, Any]) -> Asked:
        """What is asked for in an address or on a command line; what is empty is left out, and what
        there is not is refused by name."""
        given = {name: value for name, value in said.items() if value}
        if unknown := next((name for name in given if name not in self.filters), None):
            known = ", ".join(self.filters) or "none"
            raise Invalid(f"There is no filter {unknown}; {self.label} have {known}.")
        try:
            return self.asks(**given)
        except ValidationError as error:
            raise self._refusal(error) from error

    def columns_for(self, actor: Actor) -> tuple[Column, ...]:
        """The columns that this reader sees."""
        is_auditor = actor.window is not None
        return tuple(one for one in self.columns if one.for_auditors or not is_auditor)

    def page(self, asked: Asked, *, of: object = None, actor: Actor) -> Page[Schema]:
        """Some rows, as the endpoint shows them."""
        within = {} if self.within is None else {"of": of}
        return self.rows(asked, actor=actor, **within)

    def _refusal(self, error: ValidationError) -> Invalid:
        mistake = error.errors()[0]
        if not mistake["loc"]:
            return Invalid(mistake["msg"].removeprefix("Value error, ").capitalize() + ".")
        name = str(mistake["loc"][0])
        extra = self.asks.model_fields[name].json_schema_extra
        choices = extra.get("enum") if isinstance(extra, dict) else None
        if isinstance(choices, list):
            known = ", ".join(str(one) for one in choices if one)
            return Invalid(f"Choose {name} from {known}.", field=name)
        return Invalid(f"Correct {name}: {mistake['msg'][:1].lower()}{mistake['msg'][1:]}.")


def narrowed_by(asked: Given, *, is_usual_too: bool = False) -> dict[str, str]:
    """The filters that were given, as an address has them; with what holds when nothing is said."""
    said = asked.model_dump(mode="json", exclude=set(_OF_A_PAGE), exclude_defaults=not is_usual_too)
    return {name: str(value) for name, value in said.items() if value}


def _plain(value: object) -> Cell:
    match value:
        case bool() | int():
            return value
        case datetime():
            return rfc3339(value)
        case date():
            return value.isoformat()
        case list():
            return ", ".join(str(one) for one in value)
    return str(value)
