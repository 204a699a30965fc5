"""The shape of a test: its words, the data it needs, and two questions to the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tenure.compliance.calendar import Unit
from tenure.lib.clock import rfc3339


@dataclass(frozen=True, slots=True)
class Input:
    """One fact a verdict rests on, with where it comes from and when that was read."""

    name: str
    value: str | int | bool | None
    source: str = ""
    at: datetime | None = None

    def printed(self) -> dict[str, str | int | bool | None]:
        return {
            "name": self.name,
            "value": self.value,
            "source": self.source,
            "at": rfc3339(self.at) if self.at else None,
        }


@dataclass(frozen=True, slots=True)
class Failing:
    """One thing that fails a test. The time allowed runs from `since`.

    `is_at_the_latest`: nobody says when it began, only that it had by `since`. A later `since` of
    the same thing is then no reason to allow more time.
    """

    subject: str
    since: datetime
    inputs: tuple[Input, ...]
    connection_id: int | None = None
    account_id: int | None = None
    credential_id: int | None = None
    person_id: int | None = None
    is_at_the_latest: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many things how many were judged; the rest is named, never silently left out.

    `may_be_none`: that there are none is an answer, such as no invitations, and not missing data.
    Else `hint` says what to do about it; `cure` says what to do where none could be judged.
    `problem` is why so little was judged that even what was found is no answer; most tests have no
    such measure.
    """

    of: int
    judged: int
    what: str = "accounts"
    set_aside: Mapping[str, int] = field(default_factory=dict)
    may_be_none: bool = False
    hint: str = "look at the latest sync run"
    cure: str = "link them to people"
    problem: str = ""

    def printed(self) -> dict[str, Any]:
        return {"what": self.what, "of": self.of, "judged": self.judged, **self.set_aside}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number in a test's question that an organization may choose for itself."""

    name: str
    label: str
    usual: int
    least: int
    most: int


Limits = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Definition:
    """A test as it stands in the catalogue, one small file each.

    `failing(at, limits)` yields what fails at an instant, `coverage(at, limits)` says how much was
    looked at, `not_applicable(at, limits)` why there is nothing to ask, and `verdict(inputs, at)`
    gives the answer again from the inputs a finding prints: True is failing. `limits` holds a
    number for each of the thresholds. `sentence(inputs, who, at)` says to anybody
    what is wrong.

    Without its `collections` nothing is judged. Without those that `completes` names, what fails
    is found all the same, and that nothing does is no answer.
    """

    slug: str
    title: str
    question: str
    why_it_matters: str
    how_to_fix: tuple[str, ...]
    rule: str
    sla_days: int
    sla_unit: Unit
    controls: tuple[str, ...]
    failing: Callable[[datetime, Limits], Iterable[Failing]]
    coverage: Callable[[datetime, Limits], Coverage]
    verdict: Callable[[Mapping[str, Any], datetime], bool]
    sentence: Callable[[Mapping[str, Any], str, datetime], str]
    not_applicable: Callable[[datetime, Limits], str] = lambda _at, _limits: ""
    thresholds: tuple[Threshold, ...] = ()
    collections: tuple[str, ...] = ("users",)
    completes: tuple[str, ...] = ()
    needs_people: bool = True
    needs_connections: bool = True

    @property
    def needs(self) -> tuple[str, ...]:
        """The kinds of lists without which there is no green."""
        return (*self.collections, *self.completes)

    def limits(self, chosen: Mapping[str, int]) -> dict[str, int]:
        """The thresholds as chosen, else as usual."""
        return {one.name: chosen.get(one.name, one.usual) for one in self.thresholds}
