"""Reading one list to its end, and saying truthfully whether the end was reached.

The provider's own iterators stop in silence at an empty page or a missing cursor, and never at a
repeated one; here each of these ends the list as incomplete.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

import msgspec

from tenure.connectors.base import (
    BEGINNING,
    Collection,
    CollectionEnd,
    Pacer,
    Page,
    Place,
    ProviderError,
    ReadEvent,
    Recognizes,
    Wait,
)
from tenure.connectors.facts import Fact
from tenure.connectors.openai import errors, wire
from tenure.connectors.openai.listings import Listing
from tenure.connectors.openai.patience import Patience, Standing
from tenure.connectors.openai.refused import failed
from tenure.lib import structs
from tenure.lib.text import quantity

if TYPE_CHECKING:
    # Never imported for real here: it takes a second.
    from tenure.connectors.openai.client import Answer

MOST_PAGES = 20_000
Fetched = TypeVar("Fetched")
_list_page = structs.decoder(wire.ListPage)
_STOPPED = CollectionEnd(
    state="incomplete", reason="Reading was stopped before the end of the list."
)


@dataclass(slots=True, kw_only=True)
class _Reading(Standing):
    """One list on its way to its end, and what of it could not be read."""

    listing: Listing
    recognizes: Recognizes | None
    seen: set[str]
    ids: set[str] = field(default_factory=set)
    received: int = 0
    unreadable: int = 0
    example: str = ""
    short_noted: bool = False


@dataclass(frozen=True, slots=True)
class _Fetched:
    body: wire.ListPage
    request_id: str | None
    digest: str


class Reader:
    """Reads lists, each in the thread of whoever asks for its events."""

    def __init__(
        self, get: Callable[..., Answer], *, pacer: Pacer | None = None, patience: Patience
    ) -> None:
        self._get = get
        self._pacer = pacer
        self._patience = patience
        self._closed = threading.Event()

    def read(
        self,
        listing: Listing,
        collection: Collection,
        *,
        resume: Place = BEGINNING,
        recognizes: Recognizes | None = None,
    ) -> Iterator[ReadEvent]:
        """Pages as they come; the last event says how the list ended."""
        reading = _Reading(
            listing=listing,
            family=listing.kind.family,
            parent=collection.whose,
            may_be_lacking=listing.may_be_lacking,
            begun_at=resume,
            place=resume,
            recognizes=recognizes,
            seen=set(resume.visited),
        )
        for _ in range(len(resume.visited) + (resume.cursor is not None), MOST_PAGES):
            fetched = yield from self.outlasting(reading, partial(self._fetch, reading))
            if isinstance(fetched, CollectionEnd):
                yield fetched
                return
            end = _end(reading, fetched.body)
            reading.place = _onward(reading, None if end else _cursor(listing, fetched.body))
            yield _page(reading, fetched)
            if end:
                yield _with_unreadable(end, reading)
                return
        yield CollectionEnd(
            state="incomplete",
            reason=f"OpenAI still says there is more after {MOST_PAGES:,} pages.",
        )

    def close(self) -> None:
        """Whoever sleeps here wakes up."""
        self._closed.set()

    def outlasting(
        self, reading: Standing, fetch: Callable[[], Fetched | ProviderError]
    ) -> Generator[Wait, None, Fetched | CollectionEnd]:
        """The page, however often it takes; or the end, when it takes too often or too long."""
        family = reading.family
        while not self._closed.is_set():
            if seconds := self._pacer.acquire(family) if self._pacer else 0.0:
                reason = "Keeping within the request budget."
                yield Wait(
                    seconds=seconds,
                    reason=reason,
                    place=reading.place,
                    family=family,
                    because="budget",
                )
                continue
            fetched = fetch()
            if not isinstance(fetched, ProviderError):
                return fetched
            attempt = reading.place.attempt + 1
            reading.place = msgspec.structs.replace(reading.place, attempt=attempt)
            pause = self._patience.pause(fetched, attempt)
            if pause is None:
                return failed(fetched, reading)
            is_limited = fetched.kind == "rate_limited"
            if pause <= self._patience.sleep and not is_limited:
                self._closed.wait(pause)
                continue
            yield Wait(
                seconds=pause,
                reason=str(fetched),
                place=reading.place,
                family=family,
                because="provider" if is_limited else "fault",
            )
        return _STOPPED

    def _fetch(self, reading: _Reading) -> _Fetched | ProviderError:
        """One attempt at one page."""
        listing, cursor = reading.listing, reading.place.cursor
        parameters = {"limit": listing.kind.page_rows, **listing.parameters}
        if cursor is not None:
            parameters["after"] = cursor
        try:
            answer = self._get(listing.endpoint, *reading.parent, **parameters)
            page = _list_page.decode(answer.body)
            return _Fetched(page, answer.request_id, sha256(answer.body).hexdigest())
        except ProviderError as error:
            return error
        except (msgspec.DecodeError, UnicodeDecodeError):
            return errors.unreadable()


def _cursor(listing: Listing, body: wire.ListPage) -> str | None:
    return body.last_id if listing.cursor == "last_id" else body.next


def _onward(reading: _Reading, cursor: str | None) -> Place:
    """The place after this page."""
    if cursor is None:
        return BEGINNING
    place = reading.place
    visited = place.visited if place.cursor is None else (*place.visited, place.cursor)
    return Place(cursor=cursor, visited=visited)


def _end(reading: _Reading, body: wire.ListPage) -> CollectionEnd | None:
    """How the list ends with this page, or None when there is a usable cursor to go on from.

    has_more   cursor        -> end
    false      any              complete
    absent     any              incomplete
    true       none             incomplete
    true       seen before      incomplete
    true       new              none
    """
    if body.has_more is False:
        return CollectionEnd(state="complete")
    cursor = _cursor(reading.listing, body)
    if reading.place.cursor is not None:
        reading.seen.add(reading.place.cursor)
    if body.has_more is None:
        reason = "A page did not say whether there is more, so the list may be cut short."
    elif not cursor:
        reason = "OpenAI says there is more but not where it begins, so the list is cut short."
    elif cursor in reading.seen:
        reason = "OpenAI leads back to a page already read, so the list cannot be read to its end."
    else:
        return None
    return CollectionEnd(state="incomplete", reason=reason, kind="unreadable")


def _with_unreadable(end: CollectionEnd, reading: _Reading) -> CollectionEnd:
    if not reading.unreadable or end.state != "complete" or reading.listing.is_log:
        return end
    count = quantity(reading.unreadable, "record")
    if reading.begun_at == BEGINNING:  # else the ones before a pause are not counted here
        count = f"{reading.unreadable:,} of {quantity(reading.received, 'record')}"
    said = "it" if reading.unreadable == 1 else "the last of them"
    return CollectionEnd(
        state="incomplete",
        reason=f"{count} could not be read: {said} {reading.example}.",
        kind="unreadable",
    )


def _page(reading: _Reading, fetched: _Fetched) -> Page:
    """The page as it is handed over; `reading.place` is where the next one begins."""
    items = fetched.body.data
    facts, recognized, aside = _facts(reading, items)
    reading.received += len(items)
    ids = {fact.external_id for fact in facts}
    repeated = len(facts) - len(ids - reading.ids)
    is_last = reading.place.cursor is None
    remarks = []
    if aside:
        remarks.append(f"{quantity(aside, 'record')} set aside: {reading.listing.aside}.")
    if repeated:
        remarks.append(f"{quantity(repeated, 'record')} came twice.")
    if not is_last and not items:
        remarks.append("An empty page said that there is more; reading went on.")
    elif not is_last and len(items) < reading.listing.kind.page_rows and not reading.short_noted:
        reading.short_noted = True
        remarks.append(f"A page of {len(items)} said that there is more; reading went on.")
    reading.ids = ids
    return Page(
        facts=facts,
        received=len(items),
        recognized=recognized,
        aside=aside,
        place=reading.place,
        request_id=fetched.request_id,
        remarks=tuple(remarks),
        is_last=is_last,
        digest=fetched.digest,
    )


def _facts(reading: _Reading, items: list[msgspec.Raw]) -> tuple[list[Fact], int, int]:
    """The records that can be read, how many were recognized, and how many belong elsewhere.

    The others are counted: the list will not be complete.
    """
    decode, to_fact = reading.listing.decoder.decode, reading.listing.to_fact
    parent, recognizes = reading.parent, reading.recognizes
    facts, recognized, aside = [], 0, 0
    for item in items:
        raw = bytes(item)
        if recognizes is not None and recognizes(raw):
            recognized += 1
            continue
        try:
            fact = to_fact(decode(raw), raw, *parent)
            if fact is None:
                aside += 1
                continue
            if not fact.external_id:
                raise ValueError(errors.NO_ID)  # noqa: TRY301 - counted like the others
        except (msgspec.DecodeError, ValueError) as error:
            reading.unreadable += 1
            reading.example = errors.about_record(str(error))
        else:
            facts.append(fact)
    return facts, recognized, aside
