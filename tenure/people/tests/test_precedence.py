from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenure.people import precedence
from tenure.people.precedence import Statement, counting, other_emails

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def compose(statements: list[Statement], **said: str) -> dict:
    return precedence.compose(statements, **{"default_zone": "UTC", **said})


def says(precedence: int, *, ago: int = 0, **given) -> Statement:
    """What a source of this precedence says; `values` are whatever names no field of a record."""
    meta = {name: given.pop(name) for name in ("is_listed", "is_own", "counts") if name in given}
    return Statement(
        source=f"S{precedence}",
        precedence=precedence,
        read_at=NOON - timedelta(days=ago),
        values=given,
        **{"is_listed": True, **meta},
    )


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([says(1, title="Weak"), says(9, title="Strong")], {"title": "Strong"}),
        ([says(1, title="Weak"), says(9, title="")], {"title": "Weak"}),
        ([says(1, title=""), says(9, title="")], {"title": ""}),
        ([says(1, title="Weak"), says(9, name="Ada")], {"title": "Weak", "name": "Ada"}),
        ([says(5, title="Old", ago=3), says(5, title="New")], {"title": "New"}),
        ([says(5, title="Own", ago=3), says(5, title="Other", is_own=False)], {"title": "Own"}),
        ([says(9, kind="")], {"kind": "employee"}),
        ([says(9, email="")], {}),
    ],
)
def test_the_strongest_that_says_something_is_believed(statements, expected):
    said = compose(statements)
    assert said.pop("is_listed") is True
    assert said == expected


def day(said: dict) -> str:
    return f"{said['ends_on']} {said['end_at'] and said['end_at'].isoformat()}"


def test_who_gives_the_end_gives_both_its_spellings():
    weak = says(1, end_at="2026-10-01T12:00:00+00:00")
    assert day(compose([weak, says(9, end_date="2026-12-31")])) == "2026-12-31 None"
    assert day(compose([weak, says(9, end_date="")])) == "None 2026-10-01T12:00:00+00:00"


def test_an_end_before_the_start_belongs_to_an_earlier_tenure():
    weak = says(1, end_date="2026-03-31")
    assert day(compose([weak, says(9, start_date="2026-04-01")])) == "None None"
    assert day(compose([weak, says(9, start_date="2026-03-31")])) == "2026-03-31 None"


@pytest.mark.parametrize(
    ("zones", "ends"),
    [
        ({}, True),
        ({"default_zone": "America/Los_Angeles"}, False),
        ({"default_zone": "America/Los_Angeles", "time_zone": "Europe/Oslo"}, True),
        ({"default_zone": "Europe/Oslo", "time_zone": "America/Los_Angeles"}, False),
        ({"said": "America/Los_Angeles"}, False),
        ({"said": "", "default_zone": "Europe/Oslo", "time_zone": "America/Los_Angeles"}, True),
    ],
)
def test_an_exact_end_is_before_the_first_day_where_they_are(zones, ends):
    """In Los Angeles it is still the thirty-first of March."""
    said = {"time_zone": zones.pop("said")} if "said" in zones else {}
    exact = says(1, end_at="2026-04-01T02:00:00+00:00", start_date="2026-04-01", **said)
    assert (compose([exact], **zones)["end_at"] is not None) is ends


def test_any_source_may_disable_and_the_strongest_says_who_is_on_leave():
    said = compose([says(9, status="active"), says(1, status="disabled")])
    assert (said["is_disabled"], said["is_on_leave"]) == (True, False)
    said = compose([says(9, status="on_leave"), says(1, status="active")])
    assert (said["is_disabled"], said["is_on_leave"]) == (False, True)


def test_somebody_is_listed_while_nobody_stopped_listing_them():
    assert compose([says(9), says(1, is_listed=False)])["is_listed"] is False


def test_records_that_do_not_count_speak_of_names_and_not_of_dates():
    old = says(9, end_date="2020-01-31", status="disabled", title="Lead", counts=False)
    said = compose([old, says(1, end_date="", status="active", title="")])
    assert (said["ends_on"], said["is_disabled"], said["title"]) == (None, False, "Lead")


def test_overruled_work_addresses_are_other_addresses():
    strong = says(9, email="ada@h.example")
    weak = says(1, email="A.B@h.example", other_emails=["x@y.example", "ada@H.example"])
    assert other_emails([weak, strong]) == {
        "a.b@h.example": "A.B@h.example",
        "x@y.example": "x@y.example",
    }


@pytest.mark.parametrize(
    ("merges", "expected"),
    [
        ([], {"kept"}),
        ([("b", "both")], {"kept", "b"}),
        ([("b", "kept")], {"kept"}),
        ([("b", "merged")], {"b"}),
        ([("b", "merged"), ("c", "both")], {"b", "c"}),
        ([("b", "both"), ("c", "merged")], {"c"}),
    ],
)
def test_whose_dates_count_after_merges(merges, expected):
    assert counting("kept", merges) == expected
