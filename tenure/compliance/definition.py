"""The shape of a test: its words, the data it needs, and two questions to the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tenure.lib.clock import rfc3339


@dataclass(frozen=True, slots=True)
class Input:
    """One fact a verdict rests on, with where it comes from and when that was read."""

    name: str
    value: str | bool | None
    source: str = ""
    at: datetime | None = None

    def printed(self) -> dict[str, str | bool | None]:
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
    person_id: int | None = None
    is_at_the_latest: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many things how many were judged; the rest is named, never silently left out."""

    of: int
    judged: int
    what: str = "accounts"
    set_aside: Mapping[str, int] = field(default_factory=dict)

    def printed(self) -> dict[str, Any]:
        return {"what": self.what, "of": self.of, "judged": self.judged, **self.set_aside}


@dataclass(frozen=True, slots=True)
class Definition:
    """A test as it stands in the catalogue, one small file each.

    `failing(at)` yields what fails at an instant, `coverage(at)` says how much was looked at, and
    `verdict(inputs)` gives the answer again from the inputs a finding prints: True is failing.
    """

    slug: str
    title: str
    question: str
    why_it_matters: str
    how_to_fix: tuple[str, ...]
    rule: str
    sla_days: int
    controls: tuple[str, ...]
    failing: Callable[[datetime], Iterable[Failing]]
    coverage: Callable[[datetime], Coverage]
    verdict: Callable[[Mapping[str, Any], datetime], bool]
    collections: tuple[str, ...] = ("users",)
    needs_people: bool = True
