"""When the time allowed is over. Pure: no database, no clock, no settings.

A day is the half-open stretch from one midnight to the next where the organization is. It counts
when the organization works on it: on one of its weekdays that is no holiday. Counted in calendar
days, every day does. So many days after an instant are over

since                                   -> due
at the midnight of a day that counts       when the nth of them ends, this one being the first
later on a day that counts                 as long after midnight, on the nth such day after it
on a day that does not                     as from the midnight of the next one that does

never before `since`, and never earlier for a later `since`. A day that is shorter (the clocks go
forward) ends when it ends: what would be beyond it is due at its end.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Unit = Literal["business", "calendar"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Where days begin, and which of them count in business days."""

    zone: ZoneInfo
    weekdays: frozenset[int] = frozenset(range(5))
    holidays: Collection[date] = frozenset()
    # A run counts from the same few days for every finding.
    _counted: dict[tuple[date, int, Unit], date] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def begins(self, day: date) -> datetime:
        """The first instant of a day."""
        return _midnight(day, self.zone)

    def ends(self, day: date) -> datetime:
        """The first instant after a day, which is no longer part of it."""
        return self.begins(day + _DAY)

    def day_of(self, instant: datetime) -> date:
        """The day on which an instant lies."""
        return instant.astimezone(self.zone).date()

    def counts(self, day: date, unit: Unit) -> bool:
        """Whether a day is counted. One that a zone left out, to change its date, is none."""
        if self.begins(day) == self.ends(day):
            return False
        if unit == "calendar":
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def due(self, since: datetime, *, days: int, unit: Unit) -> datetime:
        """So many days of a kind after the clock began, as in the table above."""
        day = self.day_of(since)
        if not self.counts(day, unit):
            day, into = self._next(day, unit), timedelta()
        else:
            into = since - self.begins(day)
        if not into:
            return self.ends(self._nth(day, days - 1, unit))
        day = self._nth(day, days, unit)
        return min(self.begins(day) + into, self.ends(day))

    def _nth(self, day: date, days: int, unit: Unit) -> date:
        """The nth day that counts after a day."""
        key = day, days, unit
        if (found := self._counted.get(key)) is None:
            found = day
            for _ in range(days):
                found = self._next(found, unit)
            self._counted[key] = found
        return found

    def _next(self, day: date, unit: Unit) -> date:
        day += _DAY
        while not self.counts(day, unit):
            day += _DAY
        return day


# A run counts the same few days for every finding.
@lru_cache(maxsize=4096)
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # Where clocks skip midnight, fold 0 gives the instant of the skip: when the day begins.
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
