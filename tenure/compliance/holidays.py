"""Days off from a calendar file. Pure: bytes in, days out.

event in the file                               -> days
a day, or from a day until before another          each of them
that recurs yearly, monthly or weekly              each time, from the first to the last day asked
that recurs otherwise, or by many rules            none, and it is told
with a time of day, cancelled, without a start     none, and it is told
not a calendar at all                              Invalid
one that takes seconds to write out                Invalid
"""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rruleset, rrulestr  # type: ignore[import-untyped] # it has no types
from icalendar import Calendar

from tenure.lib.errors import Invalid

LARGEST_FILE = 1_000_000
MOST_EVENTS = 5_000
LONGEST_HOLIDAY = timedelta(days=31)
MOST_RULES = 4
_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY")
_NAMELESS = "Holiday"


@dataclass(slots=True)
class Found:
    """The days off of a file by day, and in words what was left out."""

    days: dict[date, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def days_off(content: bytes, *, first: date, last: date, patience: float = 3) -> Found:
    """The days off of a file within two days, both included; `patience` is in seconds of work.

    A rule may recur since the year 1, or on a day there never is: no number of events bounds that.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid("Choose a calendar file of at most 1 MB.", field="file")
    try:
        calendar = Calendar.from_ical(content)
        events = list(calendar.walk("VEVENT"))
    except (ValueError, IndexError, KeyError, UnicodeError) as error:
        raise Invalid(
            "This is not a calendar file: choose one that ends in .ics.", field="file"
        ) from error
    if len(events) > MOST_EVENTS:
        raise Invalid(f"Choose a file with at most {MOST_EVENTS:,} events.", field="file")
    found, tired_at = Found(), clock.process_time() + patience
    for event in events:
        if clock.process_time() > tired_at:
            raise Invalid(
                "This calendar takes too long to write out: leave out what recurs for centuries.",
                field="file",
            )
        name = str(event.get("SUMMARY") or _NAMELESS).replace("\0", "")[:200]
        try:
            problem = _problem(event)
            days = [] if problem else list(_days(event, first, last))
        except (ValueError, AttributeError, TypeError, OverflowError):
            problem, days = "it cannot be read", []
        if problem:
            found.left_out.append(f"{name}: {problem}")
        for day in days:
            found.days.setdefault(day, name)
    return found


def _problem(event: Any) -> str:  # noqa: ANN401 - the library's own
    start = _moment(event, "DTSTART")
    if start is None:
        return "it has no start"
    if isinstance(start, datetime):
        return "it has a time of day"
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "it is cancelled"
    if _length(event, start) > LONGEST_HOLIDAY:
        return "it is longer than a month"
    rules = _rules(event)
    is_plain = len(rules) <= MOST_RULES and all(_recurs_plainly(rule) for rule in rules)
    return "" if is_plain else "it recurs oddly"


def _recurs_plainly(rule: Any) -> bool:  # noqa: ANN401
    frequency = str(rule.get("FREQ", [""])[0]).upper()
    # Each second of a day is a time of its own, though it is the same day off.
    is_of_days = not {"BYHOUR", "BYMINUTE", "BYSECOND"} & {str(part).upper() for part in rule}
    # An interval of nothing would never come to an end.
    return frequency in _FREQUENCIES and is_of_days and int(rule.get("INTERVAL", [1])[0]) >= 1


def _days(event: Any, first: date, last: date) -> Iterator[date]:  # noqa: ANN401
    start = _moment(event, "DTSTART")
    length = _length(event, start)
    begin, end = _at(first - length), _at(last)
    times = rruleset()
    times.rdate(_at(start))
    for rule in _rules(event):
        written = rule.to_ical().decode()
        # Without a zone here, dateutil wants none in UNTIL either.
        plain = ";".join(
            part[:14] if part.upper().startswith("UNTIL=") else part for part in written.split(";")
        )
        times.rrule(rrulestr(plain, dtstart=_at(start)))
    for more in _dates(event, "RDATE"):
        times.rdate(more)
    for fewer in _dates(event, "EXDATE"):
        times.exdate(fewer)
    for moment in times.between(begin, end, inc=True):
        for n in range(length.days):
            day = moment.date() + timedelta(days=n)
            if first <= day <= last:
                yield day


def _moment(event: Any, name: str) -> Any:  # noqa: ANN401 - a date, a datetime or nothing
    return getattr(event.get(name), "dt", None)


def _length(event: Any, start: date) -> timedelta:  # noqa: ANN401
    """How many days; the end named is the first day that is no longer part of it."""
    end = _moment(event, "DTEND")
    if isinstance(end, date) and not isinstance(end, datetime):
        return max(end - start, timedelta(days=1))
    duration = _moment(event, "DURATION")
    if isinstance(duration, timedelta):
        return max(timedelta(days=duration.days), timedelta(days=1))
    return timedelta(days=1)


def _rules(event: Any) -> list[Any]:  # noqa: ANN401
    rules = event.get("RRULE") or []
    return rules if isinstance(rules, list) else [rules]


def _dates(event: Any, name: str) -> Iterator[datetime]:  # noqa: ANN401
    lists = event.get(name) or []
    for some in lists if isinstance(lists, list) else [lists]:
        for one in getattr(some, "dts", []):
            value = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            yield _at(value.date() if isinstance(value, datetime) else value)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(0))
