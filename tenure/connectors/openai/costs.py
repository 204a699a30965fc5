"""What was spent in thirty days, by user, key and project, as far as they are told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from tenure.connectors.base import (
    BEGINNING,
    CollectionEnd,
    CollectionKind,
    Page,
    Place,
    ReadEvent,
    Recognizes,
)
from tenure.connectors.facts import SpendFact
from tenure.connectors.openai import wire
from tenure.connectors.openai.buckets import (
    DAY,
    DAY_S,
    MOST_DAYS,
    fetch,
    following,
    midnight,
)
from tenure.connectors.openai.patience import Standing
from tenure.lib import clock, structs
from tenure.lib.text import quantity

if TYPE_CHECKING:
    from tenure.connectors.openai.addresses import Endpoint
    from tenure.connectors.openai.client import Answer
    from tenure.connectors.openai.reading import Reader

DAYS = 30
COSTS = CollectionKind(
    kind="costs", tier="detail", family="usage", page_rows=1_000_000, every_s=DAY_S
)
_COSTS: Endpoint = lambda api: api.usage.with_raw_response.costs  # noqa: E731 - as in listings
# Some combinations are answered with 400, and which of them is not documented.
_GROUPINGS = (
    ("user_id", "api_key_id", "project_id"),
    ("user_id", "project_id"),
    ("api_key_id", "project_id"),
    ("project_id",),
)
_MICROS = 1_000_000
_cost = structs.decoder(wire.Cost)
_encode = msgspec.json.Encoder().encode
_AGAIN = CollectionEnd(
    state="incomplete",
    reason="Costs are sums of several pages, so they are read again from the beginning.",
    kind="stale_cursor",
)

_Key = tuple[str, str, str, str]


@dataclass(slots=True)
class _Sums:
    """Amounts by user, key, project and currency; and the lines that could not be read."""

    of: defaultdict[_Key, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unreadable: int = 0

    def add(self, page: wire.BucketPage) -> None:
        for raw in (line for bucket in page.data for line in bucket.results):
            try:
                cost = _cost.decode(raw)
            except msgspec.DecodeError:
                self.unreadable += 1
                continue
            whose = cost.user_id or "", cost.api_key_id or "", cost.project_id or ""
            self.of[*whose, cost.amount.currency.lower()] += cost.amount.value

    def facts(self) -> list[SpendFact]:
        return [_fact(key, amount) for key, amount in sorted(self.of.items()) if amount]


def read_costs(
    reader: Reader,
    get: Callable[..., Answer],
    *,
    resume: Place,
    recognizes: Recognizes | None,
) -> Iterator[ReadEvent]:
    """One sum for each user, key and project; handed over with the last page."""
    if resume.cursor is not None:
        yield _AGAIN
        return
    standing = Standing(family=COSTS.family, begun_at=resume, place=resume)
    sums, visited, page, remarks = _Sums(), set[str](), None, list[str]()
    begins = int((midnight(clock.now()) - (DAYS - 1) * DAY).timestamp())
    groupings = list(_GROUPINGS)
    while True:
        asked = {"start_time": begins, "limit": MOST_DAYS, "group_by": groupings[0]}
        fetched = yield from reader.outlasting(standing, partial(fetch, get, _COSTS, page, **asked))
        if isinstance(fetched, CollectionEnd):
            if fetched.kind != "refused" or page is not None or len(groupings) == 1:
                yield fetched
                return
            del groupings[0]
            remarks = [f"OpenAI tells costs apart by {_listed(groupings[0])} only."]
            standing.place = BEGINNING
            continue
        sums.add(fetched)
        on = following(fetched, visited)
        if isinstance(on, CollectionEnd):
            yield Page(facts=(), received=0, remarks=tuple(remarks))
            yield on
            return
        if on is None:
            break
        page, standing.place = on, Place(cursor=on)
        yield Page(facts=(), received=0, place=standing.place)
    yield _page(sums, recognizes, tuple(remarks))
    yield _end(sums)


def _page(sums: _Sums, recognizes: Recognizes | None, remarks: tuple[str, ...]) -> Page:
    facts = sums.facts()
    new = [fact for fact in facts if recognizes is None or not recognizes(fact.raw)]
    return Page(
        facts=new,
        received=len(facts) + sums.unreadable,
        recognized=len(facts) - len(new),
        remarks=remarks,
        is_last=True,
    )


def _end(sums: _Sums) -> CollectionEnd:
    if not sums.unreadable:
        return CollectionEnd(state="complete")
    reason = f"{quantity(sums.unreadable, 'line')} of costs could not be read."
    return CollectionEnd(state="incomplete", reason=reason, kind="unreadable")


def _fact(key: _Key, amount: Decimal) -> SpendFact:
    user_id, key_id, project_id, currency = key
    micros = int((amount * _MICROS).to_integral_value())
    return SpendFact(
        external_id="|".join(key),
        raw=_encode([*key, micros]),
        principal_id=user_id or None,
        credential_id=key_id or None,
        resource_id=project_id or None,
        micros=micros,
        currency=currency,
    )


def _listed(names: tuple[str, ...]) -> str:
    words = {"user_id": "user", "api_key_id": "key", "project_id": "project"}
    return " and ".join(words[name] for name in names)
