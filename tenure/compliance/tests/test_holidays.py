from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.compliance.holidays import LARGEST_FILE, days_off
from tenure.lib.errors import Invalid

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def event(name: str, start: str, *lines: str) -> str:
    kind = "" if "T" in start else ";VALUE=DATE"
    return "\r\n".join(
        ["BEGIN:VEVENT", f"SUMMARY:{name}", f"DTSTART{kind}:{start}", *lines, "END:VEVENT"]
    )


def calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//", *events, "END:VCALENDAR"]
    return "\r\n".join([*lines, ""]).encode()


def days(*events: str) -> list[str]:
    return [str(day) for day in sorted(days_off(calendar(*events), first=FIRST, last=LAST).days)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((), ["2026-12-25"]),
        (("DTEND;VALUE=DATE:20261225",), ["2026-12-25"]),
        (("DTEND;VALUE=DATE:20261227",), ["2026-12-25", "2026-12-26"]),
        (("DURATION:P2D",), ["2026-12-25", "2026-12-26"]),
        (("RRULE:FREQ=YEARLY",), ["2026-12-25", "2027-12-25", "2028-12-25"]),
        (("RRULE:FREQ=YEARLY;COUNT=2",), ["2026-12-25", "2027-12-25"]),
        (("RRULE:FREQ=YEARLY;UNTIL=20271231",), ["2026-12-25", "2027-12-25"]),
        (("RRULE:FREQ=YEARLY;UNTIL=20271231T000000Z",), ["2026-12-25", "2027-12-25"]),
        (
            ("RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20271225"),
            ["2026-12-25", "2028-12-25"],
        ),
        (("RDATE;VALUE=DATE:20270328,20280416",), ["2026-12-25", "2027-03-28", "2028-04-16"]),
        # The fourth Thursday of November.
        (
            ("RDATE;VALUE=DATE:20261126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
            ["2026-11-26", "2026-12-25", "2027-11-25", "2028-11-23"],
        ),
    ],
)
def test_days_off(lines, found):
    assert days(event("Holiday", "20261225", *lines)) == found


def test_a_holiday_of_long_ago_still_recurs_and_one_over_new_year_has_both_ends():
    assert days(event("Christmas", "19701225", "RRULE:FREQ=YEARLY")) == [
        "2026-12-25", "2027-12-25", "2028-12-25",
    ]  # fmt: skip
    assert days(event("New year", "20251231", "DTEND;VALUE=DATE:20260102")) == ["2026-01-01"]


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (event("M", "20261225T100000Z"), "M: it has a time of day"),
        (event("M", "20261225", "STATUS:CANCELLED"), "M: it is cancelled"),
        (event("M", "20261225", "RRULE:FREQ=DAILY"), "M: it recurs oddly"),
        (event("M", "20261225", "RRULE:FREQ=YEARLY;INTERVAL=0"), "M: it recurs oddly"),
        (event("M", "20261225", "RRULE:FREQ=WEEKLY;BYSECOND=0,1,2"), "M: it recurs oddly"),
        (event("M", "20261225", *5 * ["RRULE:FREQ=YEARLY"]), "M: it recurs oddly"),
        (event("M\0", "20261225", "RRULE:FREQ=DAILY"), "M: it recurs oddly"),
        (event("M", "20260101", "DTEND;VALUE=DATE:20270101"), "M: it is longer than a month"),
        (event("M", "nonsense"), "M: it cannot be read"),
        ("BEGIN:VEVENT\r\nSUMMARY:M\r\nEND:VEVENT", "M: it has no start"),
    ],
)
def test_what_is_no_day_off_is_left_out_and_named(one, why):
    found = days_off(calendar(one, event("Kept", "20261226")), first=FIRST, last=LAST)
    assert (found.left_out, list(found.days)) == ([why], [date(2026, 12, 26)])


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"BEGIN:VCALENDAR", b"\xff\xfe\0", b"x" * (LARGEST_FILE + 1)]
)
def test_what_is_no_calendar_is_refused(content):
    with pytest.raises(Invalid):
        days_off(content, first=FIRST, last=LAST)


def test_a_file_that_costs_too_much_work_is_refused():
    never = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    content = calendar(event("M", "19700101", never), event("N", "20261225"))
    with pytest.raises(Invalid, match="takes too long"):
        days_off(content, first=FIRST, last=LAST, patience=0)


@given(st.binary(max_size=300))
def test_whatever_is_uploaded_it_is_read_or_refused(junk):
    for content in (junk, calendar(event("M", "20261225", "RRULE:").strip()) + junk):
        try:
            found = days_off(content, first=FIRST, last=LAST)
        except Invalid:
            continue
        assert all(FIRST <= day <= LAST for day in found.days)


@given(st.dates(FIRST, LAST - timedelta(days=31)), st.integers(1, 31))
def test_an_event_of_some_days_is_those_days(start, length):
    end = start + timedelta(days=length)
    found = days(event("Break", f"{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"))
    assert found == [str(start + timedelta(days=n)) for n in range(length)]
