"""The clock is put back: no request waits longer than a provider may ask for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tenure.connections import budget
from tenure.connections.budget import ORGANIZATION, Granted, lease
from tenure.connections.budget_panel import budget_words
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_connection

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOURS = 3600


@pytest.fixture
def clock(time_machine):
    """`clock(-30)`: half a minute earlier. Time stands still in between."""
    time_machine.move_to(NOON, tick=False)
    return time_machine.shift


@pytest.fixture(params=[50, None], ids=["a budget", "no budget"])
def connection(db, clock, request):
    return make_connection(requests_per_minute=request.param)


def test_a_pause_is_over_that_nobody_can_have_asked_for(connection, clock):
    budget.limited(connection, ORGANIZATION, retry_after=30)
    clock(-24 * HOURS)
    assert lease(connection, ORGANIZATION, 1).wait < 30
    assert "nothing is sent before" not in str(budget_words(connection, actor=actor_of("ada")))


def test_a_refusal_since_then_is_heard(connection, clock):
    budget.limited(connection, ORGANIZATION, retry_after=30)
    clock(-24 * HOURS)
    assert budget.limited(connection, ORGANIZATION, retry_after=20) == 20
    granted = lease(connection, ORGANIZATION, 1)
    assert granted.requests == 0
    assert 20 <= granted.wait < 30


def test_a_pause_that_may_have_been_asked_for_is_kept(connection, clock):
    budget.limited(connection, ORGANIZATION, retry_after=HOURS)
    assert lease(connection, ORGANIZATION, 1) == Granted(0, HOURS)


def test_what_was_sent_in_the_future_counts_for_minutes_only(db, clock):
    connection = make_connection()
    while lease(connection, ORGANIZATION, 1000, purpose="change").requests:
        pass
    clock(-HOURS)
    assert lease(connection, ORGANIZATION, 1).wait < 30
    assert lease(connection, ORGANIZATION, 1, purpose="change").wait < 30
    clock(30)
    assert lease(connection, ORGANIZATION, 1).requests == 1


def test_a_pace_that_was_learned_in_the_future_is_learned_anew(db, clock):
    connection = make_connection()
    budget.limited(connection, ORGANIZATION, retry_after=1)
    clock(-HOURS)
    [row] = connection.budgets.all()
    assert budget.pace(row, now()) == 50
    budget.limited(connection, ORGANIZATION, retry_after=1)
    row.refresh_from_db()
    assert budget.pace(row, now()) == 35
