"""One reading of a provider's log: what it has seen, and what of its span is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenure.connectors import base
from tenure.connectors.facts import EventFact


@dataclass
class Reading:
    """One span of the log on its way from its newest event to its oldest."""

    since: datetime
    until: datetime | None
    of_members: bool = False
    end: base.CollectionEnd | None = None
    # Seconds after which it is worth going on, where nothing but time is missing.
    wait: float | None = None
    pages: int = 0
    unreadable: int = 0
    oldest: datetime | None = None
    is_in_order: bool = True
    # Where to go on: an instant is not enough when more happened in it than one page holds.
    place: base.Place = base.BEGINNING

    def take(self, page: base.Page) -> list[EventFact]:
        facts = [fact for fact in page.facts if isinstance(fact, EventFact)]
        self.pages += 1
        self.unreadable += page.unreadable
        self.place = page.place
        for fact in facts:
            self.is_in_order &= self.oldest is None or fact.at <= self.oldest
            self.oldest = fact.at if self.oldest is None else min(self.oldest, fact.at)
        return facts

    @property
    def is_whole(self) -> bool:
        return self.end is not None and self.end.state == "complete"

    @property
    def rest(self) -> datetime | None:
        """Until when it is not read; None when all of it is, or nothing can be said of it."""
        if self.is_whole or not self.is_in_order:
            return None
        return self.oldest
