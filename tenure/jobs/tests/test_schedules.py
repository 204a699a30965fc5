from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.jobs import schedule, schedules
from tenure.jobs.models import Job, Schedule
from tenure.jobs.sweep import sweep
from tenure.jobs.tests import work
from tenure.lib.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    monkeypatch.setattr(schedules, "declared", {})
    schedule("leave-hourly", every=3600, task=work.leave, queue="mail")


def test_a_declared_schedule_gets_its_row_and_fires_at_once():
    schedules.write_missing()
    assert schedules.fire_due() == 1
    job = Job.objects.get()
    assert (job.task, job.queue) == ("tenure.jobs.tests.work.leave", "mail")


def test_a_tick_fires_once():
    schedules.write_missing()
    schedules.fire_due()
    assert schedules.fire_due() == 0
    assert Job.objects.count() == 1


def test_missed_ticks_are_one_tick_and_the_rhythm_stays():
    begun = now() - timedelta(hours=5, minutes=10)
    Schedule.objects.create(name="leave-hourly", next_at=begun)
    assert schedules.fire_due() == 1
    next_at = Schedule.objects.get().next_at
    assert next_at > now()
    assert (next_at - begun) == timedelta(hours=6)


def test_a_tick_adds_nothing_while_the_last_one_waits():
    schedules.write_missing()
    for _ in range(3):
        schedules.fire_due()
        Schedule.objects.update(next_at=now())
    assert Job.objects.count() == 1


def test_the_sweep_restores_a_lost_schedule():
    sweep()
    Schedule.objects.all().delete()
    sweep()
    assert Schedule.objects.get().name == "leave-hourly"


def test_an_idle_round_of_the_clock_and_the_sweep_writes_nothing():
    Schedule.objects.create(name="leave-hourly", next_at=now() + timedelta(hours=1))
    with CaptureQueriesContext(connection) as looked:
        schedules.fire_due()
        schedules.write_missing()
    assert {query["sql"].split()[0] for query in looked} == {"SELECT"}


def test_a_schedule_this_version_does_not_know_is_left_alone():
    Schedule.objects.create(name="from-a-newer-version", next_at=now() - timedelta(days=1))
    schedules.fire_due()
    assert not Job.objects.exists()


def test_two_tasks_may_not_share_a_name():
    with pytest.raises(ValueError, match="two schedules"):
        schedule("leave-hourly", every=60, task=work.refuse)


@pytest.mark.django_db(transaction=True)
def test_any_number_of_workers_fire_each_tick_once():
    schedules.write_missing()
    barrier, fired = threading.Barrier(4), []

    def tick():
        barrier.wait()
        fired.append(schedules.fire_due())
        connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(fired) == [0, 0, 0, 1]
    assert Job.objects.count() == 1
