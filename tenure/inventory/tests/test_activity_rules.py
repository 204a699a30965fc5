from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory.activity_rules import (
    NOT_KNOWN,
    SOURCES,
    Seen,
    dormant_before,
    dormant_from,
    is_dormant,
    last_activity,
    last_login,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
# From the newest to the oldest, each a day older than the one before.
LETTERS = {
    "A": "user_record",
    "B": "login_event",
    "C": "audit_event",
    "D": "project_key",
    "E": "admin_key",
    "F": "usage",
    "G": "record",
}


def said(letters: str) -> list[Seen]:
    """What these sources say; in their order each is a day older than the one before."""
    return [
        Seen(source=LETTERS[letter], at=NOON - number * DAY)
        for number, letter in enumerate(letters)
    ]


@pytest.mark.parametrize(
    ("letters", "activity", "login"),
    [
        ("ABCDEFG", "user_record", "login_event"),
        ("BCDEFG", "login_event", "login_event"),
        ("CDEFG", "audit_event", None),
        ("DEFG", "project_key", None),
        ("EFG", "admin_key", None),
        ("FG", "usage", None),
        ("G", None, None),
        ("", None, None),
        ("GB", "login_event", "login_event"),
        ("FAB", "usage", "login_event"),
        ("AC", "user_record", None),
    ],
)
def test_the_newest_counts_and_the_next_best_when_it_falls_away(letters, activity, login):
    newest, signed_in = last_activity(said(letters)), last_login(said(letters))
    assert (newest and newest.source) == activity
    assert (signed_in and signed_in.source) == login


def test_of_two_of_one_instant_the_sign_in_says_more_than_the_change():
    both = [Seen(source="audit_event", at=NOON), Seen(source="login_event", at=NOON)]
    assert last_activity(both).source == "login_event"


@pytest.mark.parametrize(
    ("active_at", "outcome"),
    [
        (None, False),
        (NOON, False),
        (NOON.replace(hour=0) - 90 * DAY, False),
        (NOON.replace(hour=0) - 90 * DAY - timedelta(seconds=1), True),
    ],
)
def test_dormant_is_known_and_ninety_whole_days_ago(active_at, outcome):
    assert is_dormant(active_at, NOON) is outcome


seen = st.lists(
    st.builds(
        Seen,
        source=st.sampled_from(SOURCES),
        at=st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
    ),
    unique_by=lambda one: one.source,
)


@given(seen)
def test_a_source_less_never_makes_it_newer(told):
    whole = last_activity(told)
    for missing in told:
        rest = last_activity([one for one in told if one is not missing])
        if rest is not None:
            assert whole.at >= rest.at
        assert (rest is None) == all(one is missing or one.source == "record" for one in told)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 400),
)
def test_one_is_dormant_from_an_instant_on_and_not_before(active_at, days):
    begins = dormant_from(active_at, days)
    assert is_dormant(active_at, begins, days)
    assert not is_dormant(active_at, begins - timedelta(microseconds=1), days)
    assert dormant_before(begins, days) > active_at > NOT_KNOWN
