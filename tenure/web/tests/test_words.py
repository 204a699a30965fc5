from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.web.words import day, exact, initials, local, relative

NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 d ago"),
        (timedelta(days=13, hours=23), "13 d ago"),
        (timedelta(days=14), "9 Nov"),
        (timedelta(days=400), "19 Oct 2025"),
        (timedelta(minutes=-36), "in 36 min"),
        (timedelta(hours=-4, minutes=-59), "in 5 h"),
    ],
)
def test_an_instant_is_told_in_the_largest_unit_that_fits(ago, said):
    assert relative(NOW - ago, NOW) == said


@given(st.timedeltas(timedelta(minutes=1), timedelta(days=13)))
def test_the_past_never_sounds_like_the_future(distance):
    assert relative(NOW - distance, NOW).endswith("ago")
    assert relative(NOW + distance, NOW).startswith("in ")


def test_a_date_carries_its_year_only_when_it_is_another():
    assert day(date(2026, 11, 2), NOW) == "2 Nov"
    assert day(date(2025, 11, 2), NOW) == "2 Nov 2025"


def test_the_local_form_says_the_time_where_the_organization_is():
    assert local(NOW, ZoneInfo("Europe/Oslo")) == "23 Nov 2026, 10:14 CET"
    assert local(date(2026, 11, 2), UTC) == "2 Nov 2026"


def test_the_exact_form_is_utc_wherever_the_instant_came_from():
    there = datetime.fromisoformat("2026-11-23T10:14:05+01:00")
    assert exact(there) == "2026-11-23 09:14:05 UTC"
    assert exact(date(2026, 11, 2)) == "2026-11-02"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lindqvist", "AL"),
        ("Noor el-Amin", "NA"),
        ("Ursula K. Le Guin", "UG"),
        ("Élodie", "ÉL"),
        ("hugo.castell@halden.example", "HC"),
        ("system: cli root", "SR"),
        ("", "?"),
        ("@", "?"),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


@given(st.text())
def test_any_name_has_initials(name):
    assert initials(name)
