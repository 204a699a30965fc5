"""The request budget of a connection, kept in the database and leased in small blocks.

Every process that speaks to a provider leases before it sends. Requests to a family draw on the
family's budget and on the organization's; those to the family "" on the organization's alone.
Call nothing here inside a longer transaction: everybody who sends waits for the same rows.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from tenure.connections.models import BudgetMinute, Connection, RequestBudget
from tenure.connections.rules import PROJECT_LEVEL_PER_MINUTE, budget_ceiling
from tenure.lib import ratebudget
from tenure.lib.clock import now
from tenure.lib.ratebudget import Level, Place, Purpose

__all__ = [
    "ORGANIZATION",
    "PROJECT_LEVEL_PER_MINUTE",
    "Granted",
    "LeasedPacer",
    "Purpose",
    "allowances",
    "give_back",
    "lease",
    "limited",
    "pace",
    "paused_until",
    "seconds_for",
    "sent",
]

ORGANIZATION = ""  # the family every request draws on as well

_KEPT = timedelta(days=7)
# Beyond the moment a family was told to come back: it may be busy just then.
_PLACE_KEPT_S = 10.0
_SOON = 0.25
_COUNTED = ("due", "due_for_reading", "waiting_since", "waiting_until")


@dataclass(frozen=True, slots=True)
class Granted:
    """So many requests may be sent now; `wait` is 0 when these are all that were wanted."""

    requests: int
    wait: float


def lease(
    connection: Connection, family: str, wanted: int, *, purpose: Purpose = "read"
) -> Granted:
    """Take up to a small block of requests; otherwise the seconds until asking again is worth it.

    A family that finds nothing left keeps its place before those who come after it.
    """
    with transaction.atomic():
        instant = now()
        at = instant.timestamp()
        rows = _locked(connection, family)
        mine = [rows[name] for name in sorted({ORGANIZATION, family})]
        levels = [level for row in mine if (level := _level(row, instant))]
        if not levels:
            left = max(_seconds(paused_until(row, instant)) - at for row in mine)
            return Granted(0, left) if left > 0 else Granted(wanted, 0.0)
        before_us = 0
        if purpose == "read":
            others = [p for name, row in rows.items() if name != family and (p := _place(row))]
            before_us = ratebudget.ahead(_place(rows[family]), others, at)
        got = ratebudget.grant(levels, wanted, at, purpose, before_us=before_us)
        levels = [level.taken(got, at, purpose) for level in levels]
        wait = 0.0
        if got < wanted:
            wants = [level.worth_waiting(wanted - got) for level in levels]
            wants[0] += before_us
            waits = (level.wait(at, purpose, n) for level, n in zip(levels, wants, strict=True))
            wait = max(waits)
        if purpose == "read":
            _queue(rows[family], levels, at, got=got, wait=wait)
        _write(mine, levels)
    return Granted(got, wait)


def give_back(
    connection: Connection, family: str, unused: int, *, purpose: Purpose = "read"
) -> None:
    """Return what was leased and not sent."""
    if unused <= 0:
        return
    with transaction.atomic():
        instant = now()
        rows = _locked(connection, family)
        mine = [rows[name] for name in sorted({ORGANIZATION, family})]
        levels = [level for row in mine if (level := _level(row, instant))]
        if not levels:
            return
        returned = [
            level.given_back(unused, instant.timestamp(), purpose, ceiling=_ceiling(row) or 0)
            for row, level in zip(mine, levels, strict=True)
        ]
        _write(mine, returned)


def limited(connection: Connection, family: str, *, retry_after: float | None) -> float:
    """The provider refused for too many requests: nobody sends to that family for so many seconds.

    A refused request to the family "" stops all. The pace falls, once for refusals close together.
    """
    with transaction.atomic():
        instant = now()
        at = instant.timestamp()
        row = _locked(connection, family)[family]
        level = _level(row, instant)
        if level is None and retry_after is None:
            return 0.0  # off: the provider's own limits set the pace, and it named none
        until = max(at + ratebudget.pause(retry_after), _seconds(paused_until(row, instant)))
        is_news = not ratebudget.is_same_refusal(_seconds(row.limited_at), at)
        if level is not None:
            if is_news:
                row.per_minute = ratebudget.slowed(level.per_minute)
                level = replace(level, per_minute=row.per_minute)
            level = level.emptied(until)
            row.due, row.due_for_reading = level.due, level.due_for_reading
        row.limited_at = instant if is_news else row.limited_at
        row.blocked_until = datetime.fromtimestamp(until, UTC)
        row.save(
            update_fields=["per_minute", "due", "due_for_reading", "blocked_until", "limited_at"]
        )
    return until - at


def sent(connection: Connection, counts: Mapping[str, tuple[int, int]]) -> None:
    """Count what was sent in this minute by family: requests, and those of them refused."""
    minute = now().replace(second=0, microsecond=0)
    with transaction.atomic():
        for family, (requests, refused) in sorted(counts.items()):
            place = {"connection": connection, "family": family, "minute": minute}
            this = BudgetMinute.objects.filter(**place)
            more = {"requests": F("requests") + requests, "refused": F("refused") + refused}
            if not this.update(**more):
                BudgetMinute.objects.bulk_create([BudgetMinute(**place)], ignore_conflicts=True)
                this.update(**more)
                old = BudgetMinute.objects.filter(connection=connection, minute__lt=minute - _KEPT)
                old.delete()


def seconds_for(connection: Connection, wanted: Mapping[str, int]) -> float:
    """How long so many more reads take from now, all families side by side; 0 with no budget."""
    instant = now()
    at, levels = instant.timestamp(), _levels(connection, wanted, instant)
    if not levels:
        return 0.0
    needed = {**wanted, ORGANIZATION: sum(wanted.values())}
    return max(levels[name].wait(at, "read", n) for name, n in needed.items() if n > 0 or not name)


def allowances(
    connection: Connection, families: Iterable[str], *, seconds: float
) -> dict[str, int]:
    """How many reads of each family fit into that time from now; nothing with no budget."""
    instant = now()
    levels = _levels(connection, families, instant)
    fit = {name: one.reads_within(seconds, instant.timestamp()) for name, one in levels.items()}
    return {name: min(number, fit[ORGANIZATION]) for name, number in fit.items()}


def pace(row: RequestBudget, instant: datetime) -> float | None:
    """Requests per minute as learned from refusals and recovered since; None with no budget."""
    if (ceiling := _ceiling(row)) is None:
        return None
    quiet_since = _seconds(row.limited_at)
    return ratebudget.recovered(row.per_minute, quiet_since, instant.timestamp(), ceiling)


def paused_until(row: RequestBudget, instant: datetime) -> datetime | None:
    """Until when nothing is sent; None when nothing pauses it."""
    until = ratebudget.believed_pause(_seconds(row.blocked_until), instant.timestamp())
    return row.blocked_until if until > instant.timestamp() else None


class LeasedPacer:
    """Sends what was leased and no more. Safe for threads.

    It asks no database, so that threads that read need none: whoever made it adds further leases.
    """

    def __init__(
        self,
        blocks: Mapping[str, Granted] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.left: Counter[str] = Counter()
        self.used: Counter[str] = Counter()
        self._clock = clock
        self._ask_at: dict[str, float] = {}
        self._lock = threading.Lock()
        for family, granted in (blocks or {}).items():
            self.add(family, granted)

    def add(self, family: str, granted: Granted) -> None:
        """Another lease for the family."""
        with self._lock:
            self.left[family] += granted.requests
            self._ask_at[family] = self._clock() + granted.wait

    def acquire(self, family: str) -> float:
        """Take one request and return 0; or take nothing and say when asking again is worth it."""
        with self._lock:
            if self.left[family] > 0:
                self.left[family] -= 1
                self.used[family] += 1
                return 0.0
            return max(_SOON, self._ask_at.get(family, 0.0) - self._clock())

    def pause(self, family: str, seconds: float) -> None:
        """The provider refused: what is left for the family, or for any when it is "", stays."""
        with self._lock:
            for name in {family} if family else {family, *self.left}:
                self.left[name] = 0
                self._ask_at[name] = self._clock() + seconds

    def returned(self) -> Counter[str]:
        """What was not used, which is from now on nobody's: for giving back."""
        with self._lock:
            left, self.left = +self.left, Counter()
        return left


def _locked(connection: Connection, family: str) -> dict[str, RequestBudget]:
    """All budgets of the connection, its row as it is now; that of the family exists."""
    budgets = RequestBudget.objects.filter(connection=connection).order_by("family")
    locked = budgets.select_related("connection").select_for_update(of=("self",))
    rows = {row.family: row for row in locked}
    # One after the other: whoever makes that of a family holds that of the organization. Two who
    # held one each would wait for each other.
    for name in (ORGANIZATION, family):
        if name not in rows:
            new = RequestBudget(connection=connection, family=name)
            RequestBudget.objects.bulk_create([new], ignore_conflicts=True)
            rows = {row.family: row for row in locked.all()}
    return rows


def _levels(connection: Connection, families: Iterable[str], instant: datetime) -> dict[str, Level]:
    """Of the families and the organization, also where nothing was sent yet."""
    known = {row.family: row for row in connection.budgets.select_related("connection").all()}
    rows = {
        name: known.get(name) or RequestBudget(connection=connection, family=name)
        for name in {ORGANIZATION, *families}
    }
    return {name: level for name, row in rows.items() if (level := _level(row, instant))}


def _ceiling(row: RequestBudget) -> float | None:
    return budget_ceiling(row.connection.requests_per_minute, row.family)


def _level(row: RequestBudget, instant: datetime) -> Level | None:
    rate = pace(row, instant)
    if rate is None:
        return None
    level = Level(rate, row.due, row.due_for_reading, _seconds(row.blocked_until))
    return level.believed(instant.timestamp())


def _place(row: RequestBudget) -> Place | None:
    return None if row.waiting_since is None else Place(row.waiting_since, row.waiting_until)


def _queue(row: RequestBudget, levels: list[Level], at: float, *, got: int, wait: float) -> None:
    """Keep the family's place when it was the organization's budget that had nothing for it."""
    had_its_own = len(levels) == 1 or levels[1].free(at, "read") > 0
    if got or not had_its_own:
        row.waiting_since = None
        return
    kept = row.waiting_since if row.waiting_since and row.waiting_until >= at else at
    row.waiting_since, row.waiting_until = kept, at + wait + _PLACE_KEPT_S


def _write(rows: Iterable[RequestBudget], levels: Iterable[Level]) -> None:
    for row, level in zip(rows, levels, strict=True):
        row.due, row.due_for_reading = level.due, level.due_for_reading
        row.save(update_fields=_COUNTED)


def _seconds(instant: datetime | None) -> float:
    return instant.timestamp() if instant else 0.0
