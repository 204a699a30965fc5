"""An export while it is handed out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from tenure.exports.formats import FORMATS, file_name
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given
from tenure.lib.listing import Listing, narrowed_by
from tenure.lib.paging import Page

EACH = 1000  # a few hundred kB


@dataclass
class Export:
    """What is exported, for whom, and how many rows have gone out so far.

    `pieces` is the file; `of` is what the list is within, such as a project's ref; `each` is how
    many rows are read at once.
    """

    ref: UUID
    listing: Listing[Any]
    asked: Given
    of: object
    format_name: str
    at: datetime
    actor: Actor
    each: int = EACH
    rows: int = 0
    pieces: Iterator[bytes] = field(default_factory=lambda: iter(()))

    @property
    def file_name(self) -> str:
        narrowed = narrowed_by(self.asked).values()
        return file_name(self.listing.name, narrowed, self.at, self.format_name)

    @property
    def media_type(self) -> str:
        return FORMATS[self.format_name].media_type

    @property
    def filter_in_words(self) -> str:
        """`project 019a…, show leavers`."""
        within = {self.listing.within.word: str(self.of)} if self.listing.within else {}
        said = within | narrowed_by(self.asked, is_usual_too=True)
        return ", ".join(f"{name} {value}" for name, value in said.items()) or "all of it"

    def page(self, cursor: str | None = None) -> Page[Schema]:
        """The rows after the cursor, as many as are read at once."""
        asked = self.asked.model_copy(
            update={"cursor": cursor or self.listing.asks().cursor, "limit": self.each}
        )
        return self.listing.page(asked, of=self.of, actor=self.actor)

    def batches(self, first: Page[Schema]) -> Iterator[Sequence[Schema]]:
        """Every page from the first one to the end, counted as it goes out."""
        page = first
        while True:
            self.rows += len(page.rows)
            yield page.rows
            if page.next is None:
                return
            page = self.page(page.next)
