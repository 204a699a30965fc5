from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.jobs import enqueue, ledger
from tenure.jobs.models import Job
from tenure.jobs.running import run
from tenure.jobs.tests import work
from tenure.lib.clock import now
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def make_due():
    Job.objects.filter(state="queued").update(run_after=now())


def test_a_failing_job_is_tried_again_later_and_later_and_then_failed():
    enqueue(work.break_down, secret="x", max_attempts=3)
    pauses = []
    for _ in range(2):
        run_jobs(failures_are_fine=True)
        job = Job.objects.get()
        assert job.state == "queued"
        pauses.append(job.run_after - now())
        make_due()
    run_jobs(failures_are_fine=True)
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("failed", 3)
    assert job.finished_at
    assert timedelta(seconds=4) < pauses[0] <= timedelta(seconds=10)
    assert timedelta(seconds=9) < pauses[1] <= timedelta(seconds=20)


def test_what_is_kept_of_an_error_names_no_argument():
    enqueue(work.break_down, secret="Rosa Diaz, rosa@example.com", max_attempts=1)
    run_jobs(failures_are_fine=True)
    said = Job.objects.get().last_error
    assert said.startswith("builtins.ValueError: raised in tenure.jobs.tests.work, line ")
    assert "osa" not in said


def test_a_refusal_is_final_and_its_sentence_is_kept():
    enqueue(work.refuse)
    run_jobs(failures_are_fine=True)
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("failed", 1)
    assert job.last_error == (
        "tenure.lib.errors.Conflict: The connection is paused; resume it first."
    )


def test_coming_back_later_counts_as_no_attempt():
    enqueue(work.come_back_later, seconds=90, max_attempts=1)
    for _ in range(3):
        run_jobs(failures_are_fine=True)
        job = Job.objects.get()
        assert (job.state, job.attempts) == ("queued", 0)
        assert timedelta(seconds=80) < job.run_after - now() <= timedelta(seconds=90)
        make_due()


def test_a_job_put_off_while_its_successor_waits_makes_way(claim):
    enqueue(work.come_back_later, seconds=90, key="k")
    job, context = claim("sync")
    successor = enqueue(work.come_back_later, seconds=90, key="k")
    run(job, context)
    job.refresh_from_db()
    successor.refresh_from_db()
    assert (job.state, successor.state) == ("cancelled", "queued")


def test_a_task_that_leaves_is_a_failed_attempt_and_not_the_end_of_its_thread():
    enqueue(work.leave, max_attempts=1)
    run_jobs(failures_are_fine=True)
    assert Job.objects.get().last_error.startswith("builtins.SystemExit")


def test_a_task_that_is_gone_from_the_code_fails_in_the_ledger():
    enqueue(work.say, word="a", max_attempts=1)
    Job.objects.update(task="tenure.jobs.tests.work.no_longer_here")
    run_jobs(failures_are_fine=True)
    assert Job.objects.get().state == "failed"


def test_a_failed_job_lets_its_lock_go(claim):
    enqueue(work.refuse, lock="l")
    enqueue(work.say, word="next", lock="l")
    run_jobs(failures_are_fine=True)
    assert work.said == ["next"]


def test_old_jobs_are_forgotten_in_small_batches_and_waiting_ones_never():
    for number in range(5):
        enqueue(work.say, word=number)
    run_jobs()
    Job.objects.update(finished_at=now() - timedelta(days=8))
    enqueue(work.say, word="waits")
    week = timedelta(days=7)
    assert ledger.forget(older_than=week, states=[Job.State.DONE], at_most=3) == 3
    assert ledger.forget(older_than=week, states=[Job.State.FAILED]) == 0
    assert ledger.forget(older_than=week, states=[Job.State.DONE]) == 2
    assert Job.objects.get().state == "queued"


def test_what_is_in_trouble_is_named_also_while_it_waits_for_another_attempt():
    enqueue(work.say, word="fine")
    enqueue(work.come_back_later, seconds=90)
    run_jobs(failures_are_fine=True)
    assert ledger.in_trouble(["rest", "sync"]) == []
    enqueue(work.break_down, secret="x", max_attempts=3)
    enqueue(work.refuse)
    run_jobs(failures_are_fine=True)
    broken, refused = (f"{work.__name__}.{name}" for name in ("break_down", "refuse"))
    assert ledger.in_trouble(["rest"]) == [broken, refused]
    assert ledger.in_trouble(["sync"]) == []
