from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory import rules

counts = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("known", "would_end", "must_remain", "is_held"),
    [
        (0, 0, True, False),
        (100, 0, True, False),
        (100, 20, True, False),
        (100, 21, True, True),
        (55, 11, True, False),
        (54, 11, True, True),
        (10, 9, True, False),
        (10, 10, True, True),
        (10, 10, False, False),
        (11, 11, False, True),
        (1, 1, True, True),
        (1, 1, False, False),
    ],
)
def test_the_brake(known, would_end, must_remain, is_held):
    assert (
        rules.must_be_held(known=known, would_end=would_end, someone_must_remain=must_remain)
        is is_held
    )


@given(known=counts, would_end=counts)
def test_an_empty_answer_never_ends_everyone(known, would_end):
    assert rules.must_be_held(known=known, would_end=known, someone_must_remain=True) is (known > 0)
    if would_end > 10 and known and would_end / known > 0.2:
        assert rules.must_be_held(known=known, would_end=would_end, someone_must_remain=False)


@pytest.mark.parametrize(
    ("states", "pages", "is_held", "status"),
    [
        ({"complete"}, 3, False, "complete"),
        ({"complete", "unavailable"}, 3, False, "complete"),
        ({"complete", "skipped"}, 3, False, "complete"),
        ({"complete", "incomplete"}, 3, False, "partial"),
        ({"incomplete"}, 0, False, "failed"),
        ({"unavailable"}, 0, False, "failed"),
        ({"incomplete"}, 1, True, "held"),
    ],
)
def test_how_a_run_ended(states, pages, is_held, status):
    assert rules.run_status(states=states, received_pages=pages, is_held=is_held) == status


def test_the_time_left_follows_the_pace_so_far():
    assert rules.seconds_left(pages=10, expected_pages=30, seconds=20.0) == 40.0
    assert rules.seconds_left(pages=0, expected_pages=30, seconds=20.0) is None
    assert rules.seconds_left(pages=10, expected_pages=None, seconds=20.0) is None
    assert rules.seconds_left(pages=10, expected_pages=10, seconds=20.0) is None


@given(st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_only_an_empty_list_of_those_never_empty_is_beyond_belief(stored, active, must_remain):
    assert rules.is_beyond_belief(
        stored=stored, active=active, someone_must_remain=must_remain
    ) == (must_remain and stored == active == 0)


def test_the_digest_of_a_reading_can_be_made_by_hand():
    one, two = (sha256(page).hexdigest() for page in (b"first page", b"second page"))
    first = rules.digest_of_pages("", one)
    assert first == sha256(one.encode()).hexdigest()
    assert rules.digest_of_pages(first, two) == sha256((first + two).encode()).hexdigest()
    assert rules.digest_of_pages("", "") == ""
