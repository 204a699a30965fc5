"""What can be proven, as the slices above declare it.

A slice names its kinds in `KINDS` of its `evidence.py`, and they are found there. A kind is a query
and a small declaration:

    class Kept(Row, frozen=True):                 the schema: keys in the order of the file
        provider_id: str
        decided_at: str | None
        exception: str

    def _review(asked: Asked, *, actor: Actor) -> Proof:
        review = queries.review_by_ref(asked.ref, actor=actor)      NotFound refuses the bundle
        return Proof(
            title=f"Access review: {review}",
            parts=(Part(name="decisions", label="Decisions", row=Kept,
                        rows=lambda: queries.kept_rows(review, actor=actor),
                        shown=("provider_id", "decided_at")),),
            scope=[…], sources=…,
        )

    KINDS = (EvidenceKind(name="review", label="Access review", takes=Takes.REF, of="the campaign",
                          says="Every item with its decision.", prove=_review),)

`actor` may read everything in the scope of whoever asked, and nothing else. Rows are read within
one snapshot of the database, once, in order of the provider's ids by their bytes (`sort_key`, or
ORDER BY … COLLATE "C"); hold one batch of them in memory, not all. A row's
field `exception`, where it has one, says why it needs an explanation, and is empty where none is
needed: those come first in the report, and are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from tenure.evidence.canonical import Row, check_schema
from tenure.evidence.manifest import SourceRead
from tenure.lib.errors import Invalid


class Takes(StrEnum):
    """What a kind is asked by."""

    DAY = "day"
    WINDOW = "window"
    REF = "ref"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a bundle is to prove.

    Of a window both instants, the last not included; of a day its end, alone; of a ref the thing,
    and until when it is told. `on`, `first` and `last` are the days as they were given.
    """

    kind: str
    ends_at: datetime
    begins_at: datetime | None = None
    ref: str = ""
    test: str = ""
    on: date | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One table of a bundle: a file each of JSON lines, CSV and Excel.

    `shown` are the columns of the report, with how wide each is beside the others; `counts` are the
    numbers it begins with. Rows are read when `rows` is called.
    """

    name: str
    label: str
    row: type[Row]
    rows: Callable[[], Iterable[Row]]
    shown: Mapping[str, int]
    counts: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    says: str = ""

    def __post_init__(self) -> None:
        check_schema(self.row)

    @property
    def has_exceptions(self) -> bool:
        return "exception" in self.row.__struct_fields__


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file as somebody handed it in, such as a proof."""

    name: str
    content: Callable[[], bytes]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Everything that is proven, ready to be read.

    `scope` are sentences of what is covered and what is not; `sources` the readings it rests on.
    """

    title: str
    parts: tuple[Part, ...]
    scope: Iterable[str]
    sources: Iterable[SourceRead] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    attachments: Iterable[Attachment] = ()


@dataclass(frozen=True, kw_only=True)
class EvidenceKind:
    """One thing that a bundle can prove. `of` names what its ref is of; `takes_test` that it may be
    narrowed to one test."""

    name: str
    label: str
    says: str
    takes: Takes
    prove: Callable[..., Proof]
    of: str = ""
    takes_test: bool = False
    position: int = 50


@cache
def kinds() -> Mapping[str, EvidenceKind]:
    """By name, in the order in which they are offered."""
    found = sorted(_declared(), key=lambda kind: (kind.position, kind.name))
    by_name = {kind.name: kind for kind in found}
    if len(by_name) != len(found):
        raise ValueError("two kinds of evidence have one name")
    return by_name


def kind_named(name: str) -> EvidenceKind:
    """The kind; one that there is not is refused by name."""
    if name not in kinds():
        raise Invalid(f"Choose a kind of evidence from {', '.join(kinds())}.", field="kind")
    return kinds()[name]


def _declared() -> Iterator[EvidenceKind]:
    for app in apps.get_app_configs():
        if app.name.startswith("tenure.") and find_spec(f"{app.name}.evidence") is not None:
            yield from import_module(f"{app.name}.evidence").KINDS
