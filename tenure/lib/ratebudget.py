"""The arithmetic of a request budget that several processes share, a part of it kept for changes.

No clock and no state of its own; instants are in seconds.

One number is the whole state: `due`, the instant at which the budget would be full again if nothing
more were taken (the generic cell rate algorithm). It fits one column, and taking is one conditional
update.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Purpose = Literal["read", "change"]

LEASE_S = 15.0  # one lease is worth so many seconds at most, so that others get their turn
READING_SHARE = 0.8
SLOWEST = 1.0  # requests per minute, however often the provider refuses
_SLOWED_BY = 0.7
_ONE_REFUSAL_S = 30.0  # refusals this close together say the same thing once
_QUIET_S = 600.0
_STEPS = 10
_WORTH_ASKING_S = 2.0
_PAUSE_S = 30.0  # a provider that refuses and does not say until when
_LONGEST_PAUSE_S = 3600.0
_DEEPEST_DEBT_S = 150.0  # more than a whole burst at the slowest pace is worth
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Level:
    """How full a shared budget is. Reading counts against `due` and `due_for_reading`.

    Reading has four fifths of the pace and of the burst, so that a change finds the rest untouched
    and goes at once, or at the latest one interval after the change before it.
    """

    per_minute: float
    due: float = 0.0
    due_for_reading: float = 0.0
    blocked_until: float = 0.0

    @property
    def block(self) -> int:
        """The most requests of one lease, and the most that reading may send at once."""
        return max(1, int(self.per_minute * LEASE_S / 60))

    @property
    def reserve(self) -> int:
        """Requests that reading leaves for changes."""
        return max(1, self.block // 4)

    @property
    def burst(self) -> int:
        return self.block + self.reserve

    @property
    def interval(self) -> float:
        return 60 / self.per_minute

    @property
    def _reading_interval(self) -> float:
        return self.interval / READING_SHARE

    def free(self, now: float, purpose: Purpose) -> int:
        """Requests that may be sent now."""
        if now < self.blocked_until:
            return 0
        left = self.burst - max(0.0, self.due - now) / self.interval
        if purpose == "read":
            for_reading = max(0.0, self.due_for_reading - now) / self._reading_interval
            left = min(left - self.reserve, self.block - for_reading)
        return max(0, math.floor(left + _ROUNDING))

    def wait(self, now: float, purpose: Purpose, requests: int = 1) -> float:
        """Seconds until so many may have been sent, if nobody else takes any."""
        start = max(now, self.blocked_until)
        most = self.block if purpose == "read" else self.burst
        ready = max(start, max(self.due, start) + (requests - most) * self.interval)
        if purpose == "read":
            begin = max(self.due_for_reading, self._first_read(start))
            ready = max(ready, begin + (requests - most) * self._reading_interval)
        return ready - now

    def worth_waiting(self, requests: int) -> int:
        """For how many to come back: not for one at a time, when there are many in a second."""
        return max(1, min(requests, int(self.per_minute * _WORTH_ASKING_S / 60)))

    def reads_within(self, seconds: float, now: float) -> int:
        """Reads that fit into the time from now, if nobody else takes any."""
        end, start = now + seconds, max(now, self.blocked_until)
        first = self._first_read(start)
        if end < first:
            return 0
        in_all = (end - max(self.due, start)) / self.interval
        reading = (end - max(self.due_for_reading, first)) / self._reading_interval
        return max(0, math.floor(self.block + min(in_all, reading) + _ROUNDING))

    def _first_read(self, start: float) -> float:
        """When all that was sent leaves room for a read; its own pace counts from there."""
        return max(start, self.due - (self.block - 1) * self.interval)

    def believed(self, now: float) -> Level:
        """The same, but for instants farther ahead than any is ever written: since they were, the
        clock was put back. What was sent then is taken for all that may be sent at once.
        """
        blocked_until = believed_pause(self.blocked_until, now)
        start, due, for_reading = max(now, blocked_until), self.due, self.due_for_reading
        if due > start + _DEEPEST_DEBT_S:
            due = start + self.burst * self.interval
        if for_reading > start + _DEEPEST_DEBT_S:
            for_reading = start + self.block * self._reading_interval
        return replace(self, blocked_until=blocked_until, due=due, due_for_reading=for_reading)

    def taken(self, requests: int, now: float, purpose: Purpose) -> Level:
        due = max(self.due, now) + requests * self.interval
        if purpose == "change":
            return replace(self, due=due)
        paced = max(self.due_for_reading, now) + requests * self._reading_interval
        return replace(self, due=due, due_for_reading=paced)

    def given_back(self, requests: int, now: float, purpose: Purpose, *, ceiling: float) -> Level:
        """What was leased and not sent is free again, unless the provider has refused since.

        Counted at the ceiling's pace: the budget may have been slowed after the lease, and no more
        may come back than went out.
        """
        if now < self.blocked_until:
            return self
        seconds = requests * 60 / max(ceiling, self.per_minute)
        if purpose == "change":
            return replace(self, due=self.due - seconds)
        paced = self.due_for_reading - seconds / READING_SHARE
        return replace(self, due=self.due - seconds, due_for_reading=paced)

    def emptied(self, until: float) -> Level:
        """Nobody sends before then, and only one reads at that moment: there was too much of us."""
        until = max(until, self.blocked_until)
        return replace(
            self,
            blocked_until=until,
            due=max(self.due, until + (self.block - 1) * self.interval),
            due_for_reading=max(
                self.due_for_reading, until + (self.block - 1) * self._reading_interval
            ),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A family's place in the queue, kept until its next question is overdue."""

    since: float
    until: float


def ahead(place: Place | None, others: Iterable[Place], now: float) -> int:
    """Families that asked in vain before this one and are still waiting."""
    since = place.since if place and place.until >= now else now
    return sum(other.until >= now and other.since < since for other in others)


def grant(
    levels: Sequence[Level], wanted: int, now: float, purpose: Purpose, *, before_us: int = 0
) -> int:
    """How many of the wanted requests may be sent now: at most one block of the tightest budget.

    The first level is everybody's: of it, one is left for each family that was here before.
    """
    most = [min(level.block, level.free(now, purpose)) for level in levels]
    most[0] = min(most[0], levels[0].free(now, purpose) - before_us)
    return max(0, min(wanted, *most))


def pause(retry_after: float | None) -> float:
    """Seconds to send nothing after a refusal; what nobody can have meant is cut off."""
    if retry_after is None or math.isnan(retry_after):
        return _PAUSE_S
    return min(max(0.0, retry_after), _LONGEST_PAUSE_S)


def believed_pause(until: float, now: float) -> float:
    """The end of a pause, or 0 where it is farther ahead than one can be."""
    return until if until <= now + _LONGEST_PAUSE_S else 0.0


def is_same_refusal(limited_at: float, now: float) -> bool:
    """A refusal so soon after another teaches nothing new."""
    return abs(now - limited_at) < _ONE_REFUSAL_S


def slowed(rate: float) -> float:
    """The pace after a refusal."""
    return max(SLOWEST, rate * _SLOWED_BY)


def recovered(slowed_to: float | None, limited_at: float, now: float, ceiling: float) -> float:
    """The pace now: every ten quiet minutes since the refusal give back a tenth of the ceiling.

    Since a refusal that is still to come the clock was put back, and nobody knows how long it was
    quiet: the next refusal slows it again.
    """
    if slowed_to is None or limited_at - now >= _ONE_REFUSAL_S:
        return ceiling
    steps = max(0, int((now - limited_at) / _QUIET_S))
    return min(ceiling, slowed_to + steps * ceiling / _STEPS)
