"""What a reading told, and what is said when a promise was not kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tenure.connectors.base import CollectionEnd, Page, Place, ReadEvent, Wait
from tenure.connectors.facts import Fact

# Far more than any list on a stage has; whoever goes round in a circle is stopped.
MOST_EVENTS = 60


class Broken(AssertionError):
    """A promise that a connector did not keep, as a sentence."""


def demand(kept: object, otherwise: str) -> None:
    """Raises Broken with what is wrong unless the promise was kept."""
    if not kept:
        raise Broken(otherwise)


@dataclass(frozen=True, slots=True)
class Told:
    """One reading from its first event to its end. Waits were not waited for."""

    events: tuple[Page | Wait, ...]
    end: CollectionEnd

    @property
    def pages(self) -> list[Page]:
        return [event for event in self.events if isinstance(event, Page)]

    @property
    def waits(self) -> list[Wait]:
        return [event for event in self.events if isinstance(event, Wait)]

    @property
    def facts(self) -> list[Fact]:
        return [fact for page in self.pages for fact in page.facts]

    @property
    def ids(self) -> list[str]:
        return [fact.external_id for fact in self.facts]

    @property
    def remarks(self) -> list[str]:
        return [remark for page in self.pages for remark in page.remarks]

    @property
    def unreadable(self) -> int:
        return sum(page.unreadable for page in self.pages)

    def stops(self) -> list[Stop]:
        """Everywhere the caller could have left and come back."""
        return [
            Stop(event.place, Told(self.events[:at], self.end), Told(self.events[at:], self.end))
            for at, event in enumerate(self.events, 1)
            if isinstance(event, Wait) or not event.is_last
        ]


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where a caller left, with what was told before it and after it."""

    place: Place
    before: Told
    after: Told


def told(reading: Iterator[ReadEvent]) -> Told:
    """Hear a reading out."""
    *events, end = islice(reading, MOST_EVENTS)
    between = tuple(event for event in events if not isinstance(event, CollectionEnd))
    demand(
        isinstance(end, CollectionEnd) and len(between) == len(events),
        "A reading must end with a CollectionEnd, and only there.",
    )
    return Told(between, end)  # type: ignore[arg-type]  # demanded just now
