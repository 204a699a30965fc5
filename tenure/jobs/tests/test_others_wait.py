from __future__ import annotations

import datetime as dt

import pytest

from tenure.jobs import enqueue, others_wait
from tenure.jobs.context import running
from tenure.jobs.tests import work
from tenure.lib.clock import now

pytestmark = pytest.mark.django_db

LONG_AGO = dt.timedelta(seconds=5)


def test_nobody_waits_for_what_is_no_job():
    enqueue(work.say, word="b", run_after=now() - LONG_AGO)
    assert not others_wait()


@pytest.mark.parametrize(
    ("run_after", "waits"),
    [(-LONG_AGO, True), (dt.timedelta(0), False), (LONG_AGO, False)],
    ids=["due and overlooked", "due just now", "due later"],
)
def test_others_wait_when_no_thread_has_taken_what_is_due(claim, run_after, waits):
    enqueue(work.say, word="a", priority=1)
    _, context = claim()
    enqueue(work.say, word="b", run_after=now() + run_after)
    with running(context):
        assert others_wait() is waits


def test_those_of_another_queue_or_behind_the_same_lock_do_not(claim):
    enqueue(work.say, word="a", lock="L", priority=1)
    _, context = claim()
    enqueue(work.say, word="b", lock="L", run_after=now() - LONG_AGO)
    enqueue(work.say.using(queue_name="mail"), word="c", run_after=now() - LONG_AGO)
    with running(context):
        assert not others_wait()
