from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.jobs import rules
from tenure.lib.errors import Conflict, Invalid, NotFound, TooMany, Unreachable

CHANCES = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("error", "attempts", "again"),
    [
        (Conflict("x"), 1, False),
        (NotFound("x"), 1, False),
        (Invalid("x"), 1, False),
        (Unreachable("x"), 1, True),
        (TooMany("x"), 1, True),
        (ValueError(), 1, True),
        (ValueError(), 4, True),
        (ValueError(), 5, False),
        (Unreachable("x"), 5, False),
    ],
)
def test_the_truth_table(error, attempts, again):
    assert rules.may_try_again(error, attempts=attempts, max_attempts=5) is again


@given(attempts=st.integers(1, 10_000), chance=CHANCES)
def test_a_delay_is_never_nothing_and_never_more_than_an_hour(attempts, chance):
    assert timedelta(seconds=5) <= rules.delay(attempts, chance=chance) <= timedelta(hours=1)


@given(attempts=st.integers(1, 50), chance=CHANCES)
def test_delays_grow(attempts, chance):
    assert rules.delay(attempts + 1, chance=chance) >= rules.delay(attempts, chance=chance)


@given(attempts=st.integers(1, 50))
def test_chance_spreads_delays_over_half_of_the_longest(attempts):
    shortest, longest = rules.delay(attempts, chance=0), rules.delay(attempts, chance=1)
    assert longest == 2 * shortest
