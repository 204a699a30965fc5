"""Reading one list to its end, and saying truthfully whether the end was reached.

The provider's own iterators stop in silence at an empty page or a missing cursor, and never at a
repeated one; here each of these ends the list as incomplete.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from tenure.connectors.base import CollectionEnd, Pacer, Page, ProviderError, ReadEvent, Wait
from tenure.connectors.facts import Fact
from tenure.connectors.openai import errors, wire
from tenure.connectors.openai.listings import Listing
from tenure.lib.text import quantity

if TYPE_CHECKING:
    # Never imported for real here: it takes a second.
    from tenure.connectors.openai.client import Answer

MOST_PAGES = 20_000
_list_page = msgspec.json.Decoder(wire.ListPage)
_UNAVAILABLE = ("missing_scope", "not_found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long a read is tried again. Everything but `attempts` is in seconds.

    The pause doubles from `first` to `longest`, and to `refill` when the provider wants less of us
    but does not say for how long. A pause up to `sleep` is slept here, one up to `wait` is handed
    to the reader as a Wait, and a longer one ends the list.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 8.0
    refill: float = 60.0
    sleep: float = 5.0
    wait: float = 900.0

    def pause(self, error: ProviderError, attempt: int) -> float | None:
        """Seconds before the next attempt; None when there shall be none."""
        if not error.may_pass or attempt >= self.attempts:
            return None
        asked = error.retry_after or 0.0
        if asked > self.wait:
            return None
        first, longest = self.first, self.longest
        if error.kind == "rate_limited" and error.retry_after is None:
            # A spent budget has been seen to refill within a minute.
            first, longest = self.refill / 8, self.refill
        doubled = min(longest, first * 2.0 ** (attempt - 1))
        return max(asked, doubled * random.uniform(0.75, 1.0))  # noqa: S311 - jitter, no secret


@dataclass(slots=True)
class _Place:
    """Where a reading stands: the cursors it went through, and what it could not read."""

    cursor: str | None
    seen: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    unreadable: int = 0
    example: str = ""
    short_noted: bool = False


@dataclass(frozen=True, slots=True)
class _Fetched:
    body: wire.ListPage
    request_id: str | None


class _OverBudget(Exception):
    """Our own budget allows the request only after so many seconds; they are paid for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Reader:
    """Reads lists with one thread of its own, which fetches a page while the last is in use."""

    def __init__(
        self,
        get: Callable[..., Answer],
        *,
        pacer: Pacer | None = None,
        patience: Patience,
    ) -> None:
        self._get = get
        self._pacer = pacer
        self._patience = patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="openai-read")
        self._closed = threading.Event()

    def read(self, listing: Listing, *, after: str | None = None) -> Iterator[ReadEvent]:
        """Pages as they come; the last event says how the list ended."""
        place = _Place(after, seen={after} if after else set())
        coming = self._fetching(listing, after)
        try:
            for _ in range(MOST_PAGES):
                fetched = yield from self._outlasting(listing, place, coming)
                if isinstance(fetched, CollectionEnd):
                    yield fetched
                    return
                end = _end(listing, fetched.body, place)
                cursor = None if end else _cursor(listing, fetched.body)
                if cursor is not None:
                    coming = self._fetching(listing, cursor)
                yield _page(listing, fetched, place, cursor)
                if end:
                    yield _with_unreadable(end, place)
                    return
                place.cursor = cursor
            yield CollectionEnd(
                state="incomplete",
                reason=f"OpenAI still says there is more after {MOST_PAGES:,} pages.",
            )
        finally:
            coming.cancel()

    def close(self) -> None:
        self._closed.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _fetching(
        self, listing: Listing, after: str | None, *, paid: bool = False
    ) -> Future[_Fetched]:
        return self._thread.submit(self._fetch, listing, after, paid=paid)

    def _fetch(self, listing: Listing, after: str | None, *, paid: bool) -> _Fetched:
        """One attempt at one page, in our thread."""
        if self._pacer is not None and not paid:
            seconds = self._pacer.acquire(listing.kind)
            if seconds > self._patience.sleep:
                raise _OverBudget(seconds)
            self._closed.wait(seconds)
        place = {} if after is None else {"after": after}
        answer = self._get(listing.endpoint, limit=listing.limit, **place)
        try:
            return _Fetched(_list_page.decode(answer.body), answer.request_id)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        raise errors.unreadable()

    def _outlasting(
        self, listing: Listing, place: _Place, coming: Future[_Fetched]
    ) -> Generator[Wait, None, _Fetched | CollectionEnd]:
        """The page, however often it takes; or the end, when it takes too often or too long."""
        attempt, paid = 0, False
        while True:
            try:
                return coming.result()
            except _OverBudget as pause:
                yield Wait(seconds=pause.seconds, reason="Keeping within the request budget.")
                paid = True
            except ProviderError as error:
                attempt, paid = attempt + 1, False
                seconds = self._patience.pause(error, attempt)
                if seconds is None:
                    return _failed(error, place)
                if seconds > self._patience.sleep:
                    yield Wait(seconds=seconds, reason=str(error))
                else:
                    self._closed.wait(seconds)
            coming = self._fetching(listing, place.cursor, paid=paid)


def _failed(error: ProviderError, place: _Place) -> CollectionEnd:
    """A list that never began may simply not be ours to read; one that broke off is incomplete."""
    never_began = place.cursor is None and error.kind in _UNAVAILABLE
    return CollectionEnd(
        state="unavailable" if never_began else "incomplete", reason=str(error), kind=error.kind
    )


def _cursor(listing: Listing, body: wire.ListPage) -> str | None:
    return body.last_id if listing.cursor == "last_id" else body.next


def _end(listing: Listing, body: wire.ListPage, place: _Place) -> CollectionEnd | None:
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
    cursor = _cursor(listing, body)
    if body.has_more is None:
        reason = "A page did not say whether there is more, so the list may be cut short."
    elif not cursor:
        reason = "OpenAI says there is more but not where it begins, so the list is cut short."
    elif cursor in place.seen:
        reason = "OpenAI leads back to a page already read, so the list cannot be read to its end."
    else:
        place.seen.add(cursor)
        return None
    return CollectionEnd(state="incomplete", reason=reason, kind="unreadable")


def _with_unreadable(end: CollectionEnd, place: _Place) -> CollectionEnd:
    if not place.unreadable or end.state != "complete":
        return end
    what = quantity(place.unreadable, "record")
    return CollectionEnd(
        state="incomplete",
        reason=f"{what} could not be read: {place.example}.",
        kind="unreadable",
    )


def _page(listing: Listing, fetched: _Fetched, place: _Place, cursor: str | None) -> Page:
    items = fetched.body.data
    facts = _facts(listing, items, place)
    ids = {fact.external_id for fact in facts}
    repeated = len(facts) - len(ids - place.ids)
    remarks = []
    if repeated:
        remarks.append(f"{quantity(repeated, 'record')} came twice.")
    if cursor is not None and not items:
        remarks.append("An empty page said that there is more; reading went on.")
    elif cursor is not None and len(items) < listing.limit and not place.short_noted:
        place.short_noted = True
        remarks.append(f"A page of {len(items)} said that there is more; reading went on.")
    place.ids = ids
    return Page(
        facts=facts,
        received=len(items),
        cursor=cursor,
        request_id=fetched.request_id,
        remarks=tuple(remarks),
    )


def _facts(listing: Listing, items: list[msgspec.Raw], place: _Place) -> list[Fact]:
    """The records that can be read. The others are counted: the list will not be complete."""
    decoder = listing.decoder
    facts = []
    for item in items:
        raw = bytes(item)
        try:
            fact = listing.to_fact(decoder.decode(raw), raw)
            if not fact.external_id:
                raise ValueError("its id is empty")  # noqa: TRY301 - counted like the others
        except (msgspec.DecodeError, ValueError) as error:
            place.unreadable += 1
            place.example = str(error).rstrip(".")
        else:
            facts.append(fact)
    return facts
