"""A worker with two threads for syncs, and more connections than that."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest
from django.db import connections

from tenure.inventory.models import SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.hours import connected
from tenure.jobs import enqueue, schedules
from tenure.jobs.models import Job
from tenure.jobs.tests import work
from tenure.jobs.worker import Worker
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60


@pytest.fixture
def simulators():
    """Two that answer slowly and have much to say, and one that is quick."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(running_simulator(seed=seed, users=users, latency_ms=latency))
            for seed, users, latency in (
                ("slow", 4000, 400),
                ("slower", 4000, 400),
                ("quick", 5, 0),
            )
        ]


@pytest.fixture
def worker(monkeypatch):
    work.said.clear()
    monkeypatch.setattr(schedules, "declared", {})
    made = Worker(concurrency=2, poll=0.05)
    thread = threading.Thread(target=made.run)
    yield thread
    made.stop()
    thread.join(PATIENCE)
    connections.close_all()


def wait_until(condition) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come about")


def test_two_slow_syncs_keep_neither_a_third_nor_a_change_waiting(simulators, worker):
    slow, slower, quick = (connected(one, requests_per_minute=None) for one in simulators)
    Job.objects.all().delete()  # connecting asked for syncs already
    long = [request_sync(connection_ref=c.ref, actor=actor_of("ada")) for c in (slow, slower)]
    worker.start()
    reading = SyncRun.objects.filter(pk__in=[run.pk for run in long], pages__gt=0)
    wait_until(lambda: reading.count() == 2)
    third = request_sync(connection_ref=quick.ref, actor=actor_of("ada"))
    enqueue(work.remove, name="leaver")
    wait_until(lambda: SyncRun.objects.get(pk=third.pk).status == "complete")
    wait_until(lambda: work.said == ["leaver"])
    assert {run.status for run in SyncRun.objects.filter(pk__in=[run.pk for run in long])} == {
        "running"
    }, "both had more to read when the third was through"
