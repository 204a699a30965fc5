from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.compliance.calendar import WorkingDays

ZONES = ("UTC", "Europe/Oslo", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Asia/Kolkata")
instants = st.datetimes(datetime(2009, 1, 1), datetime(2035, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)
calendars = st.builds(
    WorkingDays,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(st.dates(date(2011, 12, 20), date(2012, 1, 10)), max_size=12),
)
units = st.sampled_from(["business", "calendar"])


@given(calendars, instants, st.integers(1, 40), units)
def test_nothing_is_due_before_its_clock_began(calendar, since, days, unit):
    assert calendar.due(since, days=days, unit=unit) > since


@given(calendars, instants, st.integers(0, 400_000), st.integers(1, 20), units)
def test_what_began_later_is_never_due_earlier(calendar, since, minutes, days, unit):
    later = since + timedelta(minutes=minutes)
    assert calendar.due(since, days=days, unit=unit) <= calendar.due(later, days=days, unit=unit)


@given(calendars, instants, st.integers(1, 20), units)
def test_a_day_more_is_later(calendar, since, days, unit):
    assert calendar.due(since, days=days, unit=unit) < calendar.due(since, days=days + 1, unit=unit)


@given(calendars, instants, st.integers(1, 20))
def test_business_days_are_never_fewer_than_calendar_days(calendar, since, days):
    calendar_days = calendar.due(since, days=days, unit="calendar")
    assert calendar_days <= calendar.due(since, days=days, unit="business")


@given(calendars, instants, st.integers(1, 20))
def test_exactly_so_many_days_count_until_it_is_due(calendar, since, days):
    """Counted another way: the working days that begin after `since` and end by the due instant."""
    due_at = calendar.due(since, days=days, unit="business")
    day, whole = calendar.day_of(since), 0
    while calendar.begins(day) < due_at:
        starts_after = calendar.begins(day) >= since
        if calendar.counts(day, "business") and starts_after and calendar.ends(day) <= due_at:
            whole += 1
        day += timedelta(days=1)
    began_within_a_day = (
        calendar.counts(calendar.day_of(since), "business")
        and calendar.begins(calendar.day_of(since)) < since
    )
    assert whole in ((days - 1, days) if began_within_a_day else (days,))


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)


OSLO = WorkingDays(zone=ZoneInfo("Europe/Oslo"), holidays={date(2026, 12, 25), date(2026, 4, 6)})


@pytest.mark.parametrize(
    ("since", "days", "unit", "due_at"),
    [
        # The day that begins is the first of them, and is over at its end.
        ("2026-11-19T00:00+01:00", 1, "business", "2026-11-20T00:00+01:00"),
        ("2026-11-20T00:00+01:00", 1, "business", "2026-11-21T00:00+01:00"),
        # Within a day: the same time on the next one that counts.
        ("2026-11-20T15:00+01:00", 1, "business", "2026-11-23T15:00+01:00"),
        ("2026-11-20T15:00+01:00", 1, "calendar", "2026-11-21T15:00+01:00"),
        # On a day off nothing is counted.
        ("2026-11-21T10:00+01:00", 1, "business", "2026-11-24T00:00+01:00"),
        # Friday the 25th is a holiday.
        ("2026-12-24T09:00+01:00", 1, "business", "2026-12-28T09:00+01:00"),
        ("2026-12-24T09:00+01:00", 3, "business", "2026-12-30T09:00+01:00"),
        # The clocks go forward on the 29th of March: nine hours after midnight is ten o'clock.
        ("2026-03-28T09:00+01:00", 1, "calendar", "2026-03-29T10:00+02:00"),
        ("2026-03-28T00:00+01:00", 2, "calendar", "2026-03-30T00:00+02:00"),
        ("2026-03-28T23:30+01:00", 1, "calendar", "2026-03-30T00:00+02:00"),
        # And back on the 25th of October, a day of 25 hours.
        ("2026-10-25T23:59+01:00", 1, "calendar", "2026-10-27T00:00+01:00"),
        # Easter Monday, and the instant in another zone.
        ("2026-04-05T22:30+00:00", 1, "business", "2026-04-08T00:00+02:00"),
    ],
)
def test_when_the_time_is_over(since, days, unit, due_at):
    assert OSLO.due(at(since), days=days, unit=unit) == at(due_at)


def test_a_day_that_a_zone_left_out_is_no_day():
    apia = WorkingDays(zone=ZoneInfo("Pacific/Apia"), weekdays=frozenset(range(7)))
    assert not apia.counts(date(2011, 12, 30), "calendar")
    since = apia.begins(date(2011, 12, 29))
    assert apia.due(since, days=2, unit="calendar") == apia.begins(date(2012, 1, 1))
