from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.lib.ratebudget import Budget, take

budgets = st.builds(
    Budget, per_minute=st.floats(0.1, 6000), burst=st.integers(min_value=1, max_value=50)
)
gaps = st.lists(st.floats(0, 120), min_size=1, max_size=80)


def sent_at(budget: Budget, gaps: list[float]) -> list[float]:
    """When each request is sent, by someone who waits as told before doing anything else."""
    now, due, sent = 0.0, 0.0, []
    for gap in gaps:
        now += gap
        due, wait = take(budget, due, now)
        now += wait
        sent.append(now)
    return sent


@given(budgets, gaps)
def test_no_stretch_of_time_has_more_than_the_burst_and_what_refilled(budget, gaps):
    sent = sent_at(budget, gaps)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            allowed = budget.burst + (sent[last] - sent[first]) / budget.interval
            assert last - first + 1 <= allowed + 1e-6


@given(budgets, gaps)
def test_it_never_makes_anyone_wait_longer_than_one_interval_after_another_who_waited(budget, gaps):
    now, due = 0.0, 0.0
    for gap in gaps:
        now += gap
        due, wait = take(budget, due, now)
        assert 0 <= wait <= budget.interval + 1e-6
        now += wait


@given(budgets, st.floats(0, 1e6))
def test_a_rested_budget_lets_the_whole_burst_through_at_once_and_then_no_more(budget, now):
    due = 0.0
    waits = []
    for _ in range(budget.burst + 1):
        due, wait = take(budget, due, now)
        waits.append(wait)
    assert max(waits[:-1], default=0) == pytest.approx(0, abs=1e-3)
    assert waits[-1] == pytest.approx(budget.interval, rel=1e-3, abs=1e-3)


@given(budgets, st.integers(1, 20), st.floats(0, 1000))
def test_taking_several_is_taking_one_several_times(budget, requests, now):
    at_once = take(budget, 0.0, now, requests)
    due = 0.0
    for _ in range(requests):
        due, wait = take(budget, due, now)
    assert at_once == pytest.approx((due, wait), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (10, 0)])
def test_a_budget_of_nothing_is_a_mistake(rate, burst):
    with pytest.raises(ValueError, match="at least something"):
        Budget(rate, burst)
