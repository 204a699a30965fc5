from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.lib.errors import Conflict, Invalid
from tenure.people import rules

instants = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def state_at(moment: datetime, *, zone: str, last_day: date) -> str:
    ends_at = rules.end(last_day, None, in_zone=ZoneInfo(zone))
    return rules.state(
        begins_at=None,
        ends_at=ends_at,
        is_disabled=False,
        is_listed=True,
        is_on_leave=False,
        now=moment,
    )


@pytest.mark.parametrize(
    ("zone", "last_day", "first_former_instant"),
    [
        ("Pacific/Auckland", date(2026, 11, 30), "2026-11-30T11:00:00+00:00"),
        # The clocks go back, or forward, during the last day or the night after it.
        ("Europe/Berlin", date(2026, 10, 25), "2026-10-25T23:00:00+00:00"),
        ("Europe/Berlin", date(2026, 10, 24), "2026-10-24T22:00:00+00:00"),
        ("Europe/Berlin", date(2027, 3, 28), "2027-03-28T22:00:00+00:00"),
        ("Europe/Berlin", date(2027, 3, 27), "2027-03-27T23:00:00+00:00"),
        ("America/New_York", date(2026, 11, 1), "2026-11-02T05:00:00+00:00"),
        ("America/New_York", date(2026, 10, 31), "2026-11-01T04:00:00+00:00"),
        ("America/New_York", date(2027, 3, 14), "2027-03-15T04:00:00+00:00"),
        ("America/New_York", date(2027, 3, 13), "2027-03-14T05:00:00+00:00"),
        # Midnight itself is skipped here: the next day begins at one o'clock.
        ("America/Santiago", date(2026, 9, 5), "2026-09-06T04:00:00+00:00"),
    ],
)
def test_the_last_day_is_worked_to_its_end_where_the_person_is(
    zone, last_day, first_former_instant
):
    first = at(first_former_instant)
    assert state_at(first - timedelta(seconds=1), zone=zone, last_day=last_day) == "current"
    assert state_at(first, zone=zone, last_day=last_day) == "former"


@given(st.dates(date(1995, 1, 1), date(2040, 1, 1)), st.sampled_from(sorted(available_timezones())))
def test_a_tenure_never_ends_before_the_last_local_second_of_its_last_day(last_day, zone):
    in_zone = ZoneInfo(zone)
    ends_at = rules.end(last_day, None, in_zone=in_zone)
    assert (ends_at - timedelta(seconds=1)).astimezone(in_zone).date() <= last_day
    assert ends_at.astimezone(in_zone).date() > last_day


@given(instants, instants)
def test_an_exact_instant_overrides_the_date(exact, now):
    ends_at = rules.end(date(2010, 1, 1), exact, in_zone=ZoneInfo("Asia/Tokyo"))
    assert ends_at == exact


@given(
    begins_at=st.none() | instants,
    ends_at=st.none() | instants,
    is_disabled=st.booleans(),
    is_listed=st.booleans(),
    is_on_leave=st.booleans(),
    now=instants,
)
def test_former_needs_an_end_and_absence_alone_only_makes_inactive(now, **facts):
    state = rules.state(now=now, **facts)
    ended = facts["ends_at"] is not None and facts["ends_at"] <= now
    assert (state == "former") == ended
    if not facts["is_listed"] and not ended:
        assert state == "inactive"


@pytest.mark.parametrize(
    ("state", "begins_in_days", "may"),
    [
        ("current", None, True),
        ("on_leave", None, True),
        ("upcoming", 14, True),
        ("upcoming", 15, False),
        ("inactive", None, False),
        ("former", None, False),
    ],
)
def test_who_may_hold_access(state, begins_in_days, may):
    now = at("2026-11-23T12:00:00+00:00")
    begins_at = now + timedelta(days=begins_in_days) if begins_in_days else None
    assert rules.may_hold_access(state, begins_at=begins_at, now=now) is may


def test_an_organization_may_close_access_during_leave():
    now = at("2026-11-23T12:00:00+00:00")
    assert not rules.may_hold_access("on_leave", begins_at=None, now=now, on_leave_may=False)


def test_an_unknown_time_zone_is_refused_with_an_example():
    with pytest.raises(Invalid, match="Europe/Oslo"):
        rules.zone("Mars/Olympus", default="UTC")


@pytest.mark.parametrize(("would_end", "asks"), [(20, False), (21, True)])
def test_an_import_that_ends_more_than_a_fifth_asks_first(would_end, asks):
    def check() -> None:
        rules.check_import_size(would_end=would_end, people=100, is_confirmed=False)

    if asks:
        with pytest.raises(Conflict, match="21 of 100"):
            check()
        rules.check_import_size(would_end=would_end, people=100, is_confirmed=True)
    else:
        check()
