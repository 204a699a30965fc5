"""The many lists below resources, as one line for each kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from tenure.inventory.lines import (
    HELD,
    NOT_FINISHED,
    STATES,
    CollectionLine,
    Counts,
    Shown,
    State,
    listed,
    name_of,
)
from tenure.inventory.models import SyncCollection, SyncRun
from tenure.lib.text import quantity

_MOST = 10
# The worst first: a kind is said to be what its worst list is.
_BAD = (HELD, STATES[State.INCOMPLETE], STATES[State.UNAVAILABLE], NOT_FINISHED)
_LEFT = "Left"
_TOLD = (
    ("Held", "of them held"),
    ("Incomplete", "incomplete"),
    ("Unavailable", "unavailable"),
    ("Skipped", "skipped"),
    ("Not finished", "not finished"),
    (_LEFT, "left for the next sync"),
)


class Exceptional(NamedTuple):
    """Lists of one kind that ended alike and not well: whose, and why."""

    names: str
    reason: str
    state: Shown


@dataclass(frozen=True)
class KindLine:
    """All lists of one kind below resources: what was read, and what was not and why.

    `left` lists were not planned; `forgotten` counts those whose rows are kept no longer.
    """

    kind: str
    lines: Sequence[CollectionLine]
    left: int
    forgotten: Mapping[str, int]

    @property
    def name(self) -> str:
        return name_of(self.kind)

    @property
    def head_id(self) -> str:
        return f"h-{self.kind}"

    @property
    def count_in_words(self) -> str:
        return quantity(self.lists, "list")

    @cached_property
    def counts(self) -> Counts:
        of_lines = zip(*(line.counts for line in self.lines), strict=True)
        sums = [sum(numbers) for numbers in of_lines] or [0] * len(Counts._fields)
        known = [self.forgotten.get(name, 0) for name in Counts._fields]
        return Counts(*(a + b for a, b in zip(sums, known, strict=True)))

    @cached_property
    def read_pages(self) -> int:
        return sum(one.row.pages for one in self.lines) + self.forgotten.get("pages", 0)

    @property
    def lists(self) -> int:
        return len(self.lines) + self.left + self.forgotten.get("lists", 0)

    @cached_property
    def _ended(self) -> Counter[str]:
        """How many lists ended in which state."""
        known = Counter({_LEFT: self.left, "Complete": self.forgotten.get("lists", 0)})
        return known + Counter(_LEFT if one.is_left else one.state.word for one in self.lines)

    @property
    def state(self) -> Shown:
        """The worst of them; while there are some to come, that."""
        if not self.is_over:
            begun = any(line.is_over or line.is_being_read for line in self.lines)
            return STATES[State.READING if begun else State.WAITING]
        for bad in _BAD:
            if number := self._ended[bad.word]:
                return bad._replace(word=f"{number:,} {bad.word.lower()}")
        return STATES[State.COMPLETE if self._ended["Complete"] else State.SKIPPED]

    @property
    def is_over(self) -> bool:
        return not any(line.run_is_open and not line.is_over for line in self.lines)

    @property
    def is_muted(self) -> bool:
        return self.state == STATES[State.WAITING]

    @property
    def reason(self) -> str:
        """240 of 300 read, 1 incomplete, 59 left for the next sync."""
        ended = self._ended
        told = [f"{ended['Complete'] + ended['Held']:,} of {self.lists:,} read"]
        told += [f"{ended[word]:,} {words}" for word, words in _TOLD if ended[word]]
        return ", ".join(told)

    @cached_property
    def expected_pages(self) -> int:
        return sum(line.expected_pages or 1 for line in self.lines)

    @property
    def pages(self) -> str:
        return f"{self.read_pages:,}" + ("" if self.is_over else f" of {self.expected_pages:,}")

    @property
    def bar(self) -> int:
        return self.read_pages

    @property
    def bar_end(self) -> int:
        return self.expected_pages or 1

    @property
    def received(self) -> str:
        return f"{self.counts.received:,}"

    @property
    def reconciliation(self) -> str:
        return self.counts.reconciliation if self.counts.received else ""

    @property
    def unread(self) -> int:
        """Lists that the next sync reads, because this one had no requests for them."""
        return self._ended[_LEFT]

    @property
    def troubled(self) -> list[CollectionLine]:
        return [line for line in self.lines if line.is_exceptional][:_MOST]

    @cached_property
    def exceptional(self) -> list[Exceptional]:
        """The lists that did not end well; those that say the same, together."""
        alike: dict[tuple[Shown, str], list[str]] = defaultdict(list)
        for line in self.lines:
            if line.is_exceptional:
                alike[line.state, line.reason].append(line.resource)
        groups = [Exceptional(listed(names), why, state) for (state, why), names in alike.items()]
        return sorted(groups, key=lambda one: one.state != HELD)[:_MOST]

    @cached_property
    def moved(self) -> list[CollectionLine]:
        """The lists in which most happened."""
        moved = [one for one in self.lines if one.counts.moved and not one.is_exceptional]
        return sorted(moved, key=lambda one: -one.counts.moved)[:_MOST]


Line = CollectionLine | KindLine


def lines_of(run: SyncRun, rows: Iterable[SyncCollection]) -> list[Line]:
    """The lists of the organization one by one, then the sum of each kind below resources."""
    judged = run.connection.validation
    users = None if judged.get("more_users", True) else judged.get("users_seen")
    single: list[Line] = []
    by_kind: dict[str, list[CollectionLine]] = {kind: [] for kind in (*run.left, *run.forgotten)}
    for row in rows:
        line = CollectionLine(row, run.status in SyncRun.OPEN, users)
        if line.is_below:
            by_kind.setdefault(row.kind, []).append(line)
        else:
            single.append(line)
    return single + [
        KindLine(kind, lines, run.left.get(kind, 0), run.forgotten.get(kind, {}))
        for kind, lines in by_kind.items()
    ]
