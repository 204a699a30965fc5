"""The clock is put back: nothing waits longer than anybody meant it to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.jobs import enqueue, ledger, schedule, schedules
from tenure.jobs.context import Retry
from tenure.jobs.models import Job, Schedule
from tenure.jobs.sweep import sweep
from tenure.jobs.tests import work
from tenure.lib import clock

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pass_time(time_machine):
    """`pass_time(-30 * MINUTE)`: so much later, or earlier, by the clock."""
    return lambda by: time_machine.move_to(clock.now() + by, tick=True)


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    monkeypatch.setattr(schedules, "declared", {})


@pytest.fixture
def postponed(claim):
    """A job that is to be tried again in five minutes."""
    enqueue(work.say, word="a")
    job, context = claim()
    ledger.postpone_or_fail(context, Retry(300, "later"), max_attempts=5)
    return job


@pytest.mark.parametrize("minutes", [2, 30, 3000])
def test_what_waits_is_due_at_once(postponed, claim, pass_time, minutes):
    pass_time(-minutes * MINUTE)
    assert claim() == (None, None)
    sweep()
    assert claim()[0].pk == postponed.pk


def test_what_never_began_is_due_at_once(claim, pass_time):
    enqueue(work.say, word="a", run_after=clock.now() + 5 * MINUTE)
    pass_time(-30 * MINUTE)
    sweep()
    assert claim()[0] is not None


def test_once_it_began_anew_it_waits_as_long_as_it_is_told_to(postponed, claim, pass_time):
    pass_time(-30 * MINUTE)
    sweep()
    _, context = claim()
    ledger.postpone_or_fail(context, Retry(300, "later"), max_attempts=5)
    sweep()
    assert claim() == (None, None)


def test_with_a_clock_that_goes_on_nothing_is_due_early(postponed, claim, pass_time):
    pass_time(4 * MINUTE)
    sweep()
    assert claim() == (None, None)
    pass_time(MINUTE)
    assert claim()[0] is not None


def test_the_lease_of_the_dead_is_over_after_a_minute(claim, pass_time):
    enqueue(work.say, word="a")
    _, dead = claim()
    pass_time(-120 * MINUTE)
    sweep()
    assert claim() == (None, None)
    pass_time(1.1 * MINUTE)
    _, heir = claim()
    assert heir.fence > dead.fence


def test_whoever_lives_keeps_what_it_holds(claim, pass_time):
    enqueue(work.say, word="a")
    _, holder = claim()
    pass_time(-120 * MINUTE)
    sweep()
    holder.heartbeat()
    pass_time(0.9 * MINUTE)
    assert claim() == (None, None)
    assert ledger.finish(holder, None)
    assert Job.objects.get().state == Job.State.DONE


def test_schedules_fire_again(pass_time):
    schedule("leave-hourly", every=3600, task=work.leave, queue="mail")
    sweep()
    assert schedules.fire_due() == 1
    pass_time(timedelta(days=-1))
    assert schedules.fire_due() == 0
    sweep()
    assert schedules.fire_due() == 1
    assert clock.now() < Schedule.objects.get().next_at <= clock.now() + timedelta(hours=1)
