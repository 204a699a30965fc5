"""Lists whose pages hold days and not rows: usage and costs.

Both are asked for day by day, at most 31 days a page, and are no lists of lasting things: what is
handed over are sums and newest days. A provider that does not group as it is asked to answers 400:
then less is asked for, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

import msgspec

from tenure.connectors.base import (
    CollectionEnd,
    CollectionKind,
    Page,
    Place,
    ProviderError,
    ReadEvent,
    Wait,
)
from tenure.connectors.facts import ActivityFact
from tenure.connectors.openai import errors, wire
from tenure.connectors.openai.patience import Standing
from tenure.lib import clock, structs
from tenure.lib.text import quantity

if TYPE_CHECKING:
    # Never imported for real here: it takes a second.
    from tenure.connectors.openai.addresses import Endpoint
    from tenure.connectors.openai.client import Answer
    from tenure.connectors.openai.reading import Reader

MOST_DAYS = 31  # on one page
DAY_S = 86_400
DAY = timedelta(days=1)
_MOST_WINDOWS = 3  # of so many days each; dormant are accounts that were not active for ninety
_LATE = 3 * DAY  # usage has been seen to come late
_NO_LIMIT = 1_000_000

# Kinds that can be grouped by user; vector stores and code interpreter sessions cannot.
KINDS: Mapping[str, Endpoint] = {
    "completions": lambda api: api.usage.with_raw_response.completions,
    "embeddings": lambda api: api.usage.with_raw_response.embeddings,
    "images": lambda api: api.usage.with_raw_response.images,
    "audio_speeches": lambda api: api.usage.with_raw_response.audio_speeches,
    "audio_transcriptions": lambda api: api.usage.with_raw_response.audio_transcriptions,
    "moderations": lambda api: api.usage.with_raw_response.moderations,
    "file_search_calls": lambda api: api.usage.with_raw_response.file_search_calls,
    "web_search_calls": lambda api: api.usage.with_raw_response.web_search_calls,
}

USAGE = CollectionKind(
    kind="usage",
    tier="detail",
    family="usage",
    page_rows=_NO_LIMIT,
    requests=len(KINDS),
    every_s=DAY_S,
)

_used = structs.decoder(wire.Used)
_bucket_page = structs.decoder(wire.BucketPage)
_REFUSED = ("refused", "not_found")
_CUT_SHORT = CollectionEnd(
    state="incomplete",
    reason="A page of usage does not say where the next one begins, so it may be cut short.",
    kind="unreadable",
)


def fetch(
    get: Callable[..., Answer], endpoint: Endpoint, page: str | None, **parameters: object
) -> wire.BucketPage | ProviderError:
    """One attempt at one page of days."""
    if page is not None:
        parameters["page"] = page
    try:
        return _bucket_page.decode(get(endpoint, bucket_width="1d", **parameters).body)
    except ProviderError as error:
        return error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return errors.unreadable()


def following(page: wire.BucketPage, visited: set[str]) -> str | CollectionEnd | None:
    """Where the next page begins; None after the last, an end where nobody can tell."""
    if page.has_more is False:
        return None
    if not page.has_more or not page.next_page or page.next_page in visited:
        return _CUT_SHORT
    visited.add(page.next_page)
    return page.next_page


def midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(slots=True, kw_only=True)
class _Usage(Standing):
    """Usage on its way: today, the step that is read, and what was learned on the way."""

    today: datetime
    days: int
    step: int = 0
    page: str | None = None
    visited: set[str] = field(default_factory=set)
    refused: dict[str, CollectionEnd] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    unreadable: int = 0

    @property
    def steps(self) -> Sequence[tuple[int, str]]:
        """The windows that are asked for, the newest first, each of every kind."""
        return [(window, kind) for window in range(ceil(self.days / MOST_DAYS)) for kind in KINDS]

    def go_to(self, step: int, page: str | None) -> None:
        """The place is enough to go on from in another process, on another day too."""
        self.step, self.page = step, page
        if page is None:
            self.visited.clear()
        day = self.today.toordinal()
        self.place = Place(cursor=f"{day}.{step}.{page or ''}" if step < len(self.steps) else None)


def read_usage(
    reader: Reader, get: Callable[..., Answer], *, since: datetime | None, resume: Place
) -> Iterator[ReadEvent]:
    """The newest day on which each user had traffic, since then or in the last three months.

    The same user may come with several pages: the newest counts. Traffic of which the provider
    names no user is nobody's and left out.
    """
    usage = _begin(since, resume)
    while usage.step < len(usage.steps):
        window, kind = usage.steps[usage.step]
        if kind in usage.refused:
            usage.go_to(usage.step + 1, None)
            continue
        fetched = yield from _outlast(reader, get, usage, window, kind)
        if isinstance(fetched, CollectionEnd):
            if fetched.kind not in _REFUSED or usage.page is not None:
                yield fetched
                return
            usage.refused[kind] = fetched
            usage.remarks.append(f"No usage of {kind.replace('_', ' ')}: {fetched.reason}")
            continue
        on = following(fetched, usage.visited)
        if not isinstance(on, CollectionEnd):
            usage.go_to(usage.step + (on is None), on)
        yield _page(usage, fetched)
        if isinstance(on, CollectionEnd):
            yield on
            return
    yield _end(usage)


def _begin(since: datetime | None, resume: Place) -> _Usage:
    today, days = midnight(clock.now()), MOST_DAYS * _MOST_WINDOWS
    if since is not None:
        days = min(days, max(1, (today + DAY - midnight(since - _LATE)).days))
    usage = _Usage(family=USAGE.family, begun_at=resume, place=resume, today=today, days=days)
    if resume.cursor is not None:
        day, step, page = resume.cursor.split(".", 2)
        usage.today = datetime.combine(
            datetime.fromordinal(int(day)).date(), datetime.min.time(), UTC
        )
        usage.step, usage.page = int(step), page or None
    return usage


def _outlast(
    reader: Reader, get: Callable[..., Answer], usage: _Usage, window: int, kind: str
) -> Generator[Wait, None, wire.BucketPage | CollectionEnd]:
    ends = usage.today + DAY - MOST_DAYS * window * DAY
    parameters: dict[str, Any] = {
        "start_time": int((ends - min(MOST_DAYS, usage.days) * DAY).timestamp()),
        "limit": MOST_DAYS,
        "group_by": ("user_id",),
    }
    if window:
        parameters["end_time"] = int(ends.timestamp())
    return (
        yield from reader.outlasting(
            usage, partial(fetch, get, KINDS[kind], usage.page, **parameters)
        )
    )


def _page(usage: _Usage, fetched: wire.BucketPage) -> Page:
    """Of each user the newest day of the page; lines that cannot be read are counted."""
    newest: dict[str, datetime] = {}
    unreadable = 0
    for bucket in fetched.data:
        for raw in bucket.results:
            try:
                user_id, day = _used.decode(raw).user_id, wire.instant(bucket.start_time)
            except (msgspec.DecodeError, ValueError):
                unreadable += 1
                continue
            if user_id and day is not None:
                newest[user_id] = max(day, newest.get(user_id, day))
    usage.unreadable += unreadable
    remarks, usage.remarks = tuple(usage.remarks), []
    return Page(
        facts=[_fact(user_id, day) for user_id, day in newest.items()],
        received=len(newest) + unreadable,
        place=usage.place,
        remarks=remarks,
        is_last=usage.place.cursor is None,
    )


def _fact(user_id: str, day: datetime) -> ActivityFact:
    return ActivityFact(
        external_id=user_id,
        kind="usage",
        principal_id=user_id,
        at=day,
        source="usage",
        precision="day",
    )


def _end(usage: _Usage) -> CollectionEnd:
    """Nothing of it readable is as good as no usage; a kind that is not there is none."""
    if len(usage.refused) == len(KINDS):
        first = next(iter(usage.refused.values()))
        return CollectionEnd(state="unavailable", reason=first.reason, kind=first.kind)
    if usage.unreadable:
        count = quantity(usage.unreadable, "line")
        reason = f"{count} of usage could not be read."
        return CollectionEnd(state="incomplete", reason=reason, kind="unreadable")
    return CollectionEnd(state="complete")
