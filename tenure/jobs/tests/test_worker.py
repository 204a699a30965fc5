from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections

from tenure.jobs import enqueue, schedules
from tenure.jobs.models import Job
from tenure.jobs.tests import work
from tenure.jobs.worker import Chore, Worker
from tenure.lib.clock import now

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20


@pytest.fixture
def worker(monkeypatch):
    """A worker in this process, stopped at the end of the test."""
    monkeypatch.setattr(schedules, "declared", {})
    running = []

    def start(**options):
        made = Worker(**{"concurrency": 1, "poll": 0.05, **options})
        thread = threading.Thread(target=made.run)
        thread.start()
        running.append((made, thread))
        return made, thread

    yield start
    work.gate.set()
    for made, thread in running:
        made.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    connections.close_all()


def wait_until(condition):
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come about")


def states():
    return set(Job.objects.values_list("state", flat=True))


def test_it_runs_what_waits_and_what_comes(worker):
    enqueue(work.say, word="before")
    worker()
    wait_until(lambda: work.said == ["before"])
    enqueue(work.say, word="after")
    wait_until(lambda: work.said == ["before", "after"])
    wait_until(lambda: states() == {"done"})


def test_a_long_sync_does_not_delay_a_removal(worker):
    enqueue(work.take_long)
    worker()
    assert work.entered.wait(PATIENCE)
    enqueue(work.remove, name="leaver")
    wait_until(lambda: work.said == ["leaver"])
    assert Job.objects.get(queue="sync").state == "running"


def test_it_keeps_the_lease_of_a_job_that_takes_longer_than_one(worker):
    enqueue(work.take_long)
    worker(lease=timedelta(seconds=1))
    assert work.entered.wait(PATIENCE)
    first = Job.objects.get().lease_until
    wait_until(lambda: Job.objects.get().lease_until > first + timedelta(seconds=1))
    job = Job.objects.get()
    assert (job.fence, job.lease_until > now()) == (1, True)


def test_asked_to_stop_it_finishes_what_it_has_and_starts_nothing_new(worker):
    enqueue(work.take_long)
    made, thread = worker()
    assert work.entered.wait(PATIENCE)
    made.stop()
    enqueue(work.take_long)
    work.gate.set()
    thread.join(PATIENCE)
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "queued"]


def test_it_takes_over_what_another_worker_left_behind(worker):
    enqueue(work.say, word="orphan")
    Job.objects.update(
        state="running", lease_until=now() - timedelta(seconds=1), fence=3, attempts=1
    )
    worker()
    wait_until(lambda: states() == {"done"})
    assert Job.objects.get().fence == 4


def test_it_does_the_chores_it_is_given_and_survives_a_failing_one(worker):
    rounds = []

    def chore():
        rounds.append(1)
        raise ValueError

    worker(chores=[Chore(chore, every=0.01)])
    wait_until(lambda: len(rounds) > 2)


def test_it_fires_schedules(worker):
    worker()
    schedules.schedule("now", every=3600, task=work.refuse)
    schedules.write_missing()
    wait_until(lambda: states() == {"failed"})
