from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.lib.errors import Invalid
from tenure.notifications import rules


@pytest.mark.parametrize("kind", sorted(rules.MAILS))
def test_every_mail_is_complete_once_its_fields_are_given(kind):
    mail = rules.MAILS[kind]
    written = " ".join((mail.subject, *mail.sentences))
    names = {name for _, name, _, _ in string.Formatter().parse(written) if name}
    letter = rules.compose(kind, dict.fromkeys(names, "{x}"))
    assert all(letter.sections[0].sentences)
    assert "\n" not in letter.subject
    for name in names:
        with pytest.raises(Invalid, match=name):
            rules.compose(kind, dict.fromkeys(names - {name}, "x"))


def test_an_unknown_kind_is_refused():
    with pytest.raises(Invalid):
        rules.compose("spam", {})


def test_it_waits_longer_each_time_and_gives_up():
    waits = [rules.wait_before_retry(n) for n in range(1, rules.MAX_ATTEMPTS + 1)]
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, None]


OSLO = ZoneInfo("Europe/Oslo")


def works_but_on_the_17th(day: date) -> bool:
    return day.weekday() < 5 and day.day != 17


def oslo(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of March 2026: the 2nd is a Monday, summer time begins on Sunday the 29th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("after", "comes"),
    [
        (oslo(2, 8, 59), oslo(2, 9)),
        (oslo(2, 9), oslo(3, 9)),
        (oslo(5, 23), oslo(6, 9)),
        (oslo(6, 9), oslo(9, 9)),
        (oslo(7, 1), oslo(9, 9)),
        (oslo(27, 10), oslo(30, 9)),
        (oslo(16, 10), oslo(18, 9)),
        (oslo(17, 8), oslo(18, 9)),
    ],
)
def test_a_digest_comes_at_its_hour_of_the_next_working_day(after, comes):
    found = rules.next_digest(
        after.astimezone(UTC), zone="Europe/Oslo", hour=9, works_on=works_but_on_the_17th
    )
    assert found == comes
    assert found.astimezone(OSLO).hour == 9


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["UTC", "Pacific/Apia", "America/St_Johns", "Australia/Lord_Howe"]),
    st.integers(0, 23),
)
def test_nobody_waits_more_than_three_days_and_an_hour(after, zone, hour):
    found = rules.next_digest(after, zone=zone, hour=hour, works_on=lambda day: day.weekday() < 5)
    assert timedelta(0) < found - after <= timedelta(days=3, hours=1)
    assert found.astimezone(ZoneInfo(zone)).weekday() < 5


def test_where_nobody_works_for_a_month_it_comes_all_the_same():
    after = oslo(2, 10).astimezone(UTC)
    found = rules.next_digest(after, zone="Europe/Oslo", hour=9, works_on=lambda _: False)
    assert found == oslo(3, 9)


def test_a_target_needs_a_name_of_its_own():
    rules.check_target(name="#access", taken={"#other"})
    for name in ("", "  ", "#other"):
        with pytest.raises(Invalid):
            rules.check_target(name=name, taken={"#other"})
