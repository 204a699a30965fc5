from __future__ import annotations

from tenure.connectors.pacing import PerMinute


def test_beyond_the_burst_it_says_when_to_ask_again_and_takes_nothing():
    pacer = PerMinute(60, burst=2, clock=lambda: 1000.0)
    assert [pacer.acquire("users") for _ in range(4)] == [0.0, 0.0, 1.0, 1.0]


def test_families_share_one_budget():
    pacer = PerMinute(60, burst=1, clock=lambda: 1000.0)
    assert (pacer.acquire("users"), pacer.acquire("invites")) == (0.0, 1.0)


def test_time_refills_it():
    times = iter([0.0, 0.0, 1.0, 1.0, 5.0])
    pacer = PerMinute(60, burst=1, clock=lambda: next(times))
    assert [pacer.acquire("users") for _ in range(5)] == [0.0, 1.0, 0.0, 1.0, 0.0]
