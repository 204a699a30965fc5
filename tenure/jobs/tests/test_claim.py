from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.jobs import StaleFence, enqueue, fenced, ledger, progressed
from tenure.jobs.context import running
from tenure.jobs.models import Job, Schedule
from tenure.jobs.running import run
from tenure.jobs.tests import work
from tenure.lib.clock import now

pytestmark = pytest.mark.django_db


def test_the_higher_priority_goes_first_then_the_older(claim):
    for word, priority in [("a", 0), ("b", 0), ("c", 5)]:
        enqueue(work.say, word=word, priority=priority)
    order = [claim()[0].arguments["kwargs"]["word"] for _ in range(3)]
    assert order == ["c", "a", "b"]


def test_a_worker_claims_only_from_the_queues_it_serves(claim):
    enqueue(work.say, word="a")
    assert claim("act") == (None, None)
    assert claim("rest")[0] is not None


def test_a_claimed_job_is_not_claimed_again_while_its_lease_lasts(claim):
    enqueue(work.say, word="a")
    claim()
    assert claim() == (None, None)


def test_an_expired_lease_is_claimed_with_a_higher_fence(claim, expire):
    enqueue(work.say, word="a")
    _, first = claim()
    expire()
    job, second = claim(worker="other")
    assert second.fence > first.fence
    assert (job.worker, job.attempts) == ("other", 2)


def test_a_stale_fence_can_neither_finish_nor_renew_nor_commit(claim, expire):
    enqueue(work.say, word="a")
    _, zombie = claim()
    expire()
    _, owner = claim()
    assert not ledger.finish(zombie, None)
    assert not ledger.renew(zombie)
    assert ledger.postpone_or_fail(zombie, ValueError(), max_attempts=5) is None
    with pytest.raises(StaleFence):
        zombie.heartbeat()
    with pytest.raises(StaleFence), running(zombie), fenced():
        Schedule.objects.create(name="written by a zombie")
    assert not Schedule.objects.exists()
    assert ledger.finish(owner, None)


def test_a_zombies_task_changes_nothing_and_its_end_is_not_recorded(claim, expire):
    enqueue(work.write_fenced, name="effect")
    job, zombie = claim()
    expire()
    claim()
    run(job, zombie)
    assert not Schedule.objects.exists()
    assert Job.objects.get().state == "running"


def test_the_owner_commits_under_its_fence(claim):
    enqueue(work.write_fenced, name="effect")
    run(*claim())
    assert Schedule.objects.get().name == "effect"
    assert Job.objects.get().state == "done"


def test_outside_a_job_fenced_is_an_ordinary_transaction():
    with fenced():
        Schedule.objects.create(name="by hand")
    assert Schedule.objects.exists()


def test_a_finished_job_is_not_ours_any_more(claim):
    enqueue(work.say, word="a")
    _, context = claim()
    assert ledger.finish(context, None)
    assert not ledger.renew(context)
    assert not ledger.finish(context, None)


def test_a_heartbeat_pushes_the_lease_out(claim, expire):
    enqueue(work.say, word="a")
    _, context = claim()
    expire()
    context.heartbeat()
    assert claim() == (None, None)
    assert Job.objects.get().lease_until > now() + timedelta(seconds=30)


def test_one_job_per_lock_runs_and_others_pass_it_by(claim):
    for word, lock in [("a", "l"), ("b", "l"), ("c", "m"), ("d", "")]:
        enqueue(work.say, word=word, lock=lock)
    _, first = claim()
    words = [job.arguments["kwargs"]["word"] for job, _ in [claim(), claim()]]
    assert words == ["c", "d"]
    assert claim() == (None, None)
    ledger.finish(first, None)
    assert claim()[0].arguments["kwargs"]["word"] == "b"


def test_a_job_that_kills_its_worker_every_time_is_not_claimed_for_ever(claim, expire):
    enqueue(work.say, word="a", max_attempts=2)
    for _ in range(2):
        assert claim()[0]
        expire()
    assert claim() == (None, None)
    assert ledger.bury_abandoned() == 1
    job = Job.objects.get()
    assert (job.state, job.last_error) == ("failed", "tenure.jobs.context.WorkerDied")


def test_looking_for_work_writes_nothing(claim):
    enqueue(work.say, word="later", run_after=now() + timedelta(hours=1))
    with CaptureQueriesContext(connection) as looked:
        assert claim() == (None, None)
        assert ledger.queues_with_work(now()) == set()
    said = [query["sql"].split()[0] for query in looked]
    assert {"UPDATE", "INSERT", "DELETE", "BEGIN"}.isdisjoint(said)


def test_queues_with_work_are_those_with_something_due_or_expired(claim, expire):
    enqueue(work.say, word="a")
    claim()
    expire()
    enqueue(work.remove, name="x")
    enqueue(work.take_long, run_after=now() + timedelta(hours=1))
    assert ledger.queues_with_work(now()) == {"rest", "act"}


@pytest.mark.django_db(transaction=True)
def test_many_claimers_share_the_work_without_sharing_a_job(claim):
    for number in range(40):
        enqueue(work.say, word=number, lock=f"lock {number % 3}")
    claimed: Counter[int] = Counter()
    overlaps, errors = [], []

    def work_off():
        try:
            while Job.objects.filter(state="queued").exists():
                job, context = claim()
                if job is None:
                    continue
                same = Job.objects.filter(state="running", lock=job.lock).count()
                overlaps.append(same)
                claimed[job.pk] += 1
                assert ledger.finish(context, None)
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work_off) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(claimed) == 40
    assert set(claimed.values()) == {1}
    assert set(overlaps) == {1}


def test_a_long_job_that_gets_on_outlives_any_number_of_workers(claim, expire):
    enqueue(work.say, word="a", max_attempts=2)
    for _ in range(4):
        _, context = claim()
        with running(context), fenced():
            progressed()
        expire()
        assert ledger.bury_abandoned() == 0
    job, _ = claim()
    assert (job.attempts, job.fence) == (2, 5)
    expire()
    assert ledger.bury_abandoned() == 1


def test_who_has_lost_a_job_cannot_say_that_it_gets_on(claim, expire):
    enqueue(work.say, word="a")
    _, zombie = claim()
    expire()
    claim()
    with running(zombie):
        progressed()
    assert Job.objects.get().attempts == 2
