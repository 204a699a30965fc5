"""Running background work inside a test, without a worker."""

from __future__ import annotations

from tenure.jobs import ledger
from tenure.jobs.context import LEASE
from tenure.jobs.models import Job
from tenure.jobs.running import context_of, run
from tenure.jobs.worker import QUEUES


def run_jobs(*, failures_are_fine: bool = False, at_most: int = 1000) -> int:
    """Run what is due, and what that enqueues, one by one; the number of jobs run.

    Raises AssertionError when a job fails or asks to be tried again, unless that is the point.
    """
    for count in range(at_most):
        job = ledger.claim(QUEUES, worker="test", lease=LEASE)
        if job is None:
            return count
        run(job, context_of(job, lease=LEASE))
        job.refresh_from_db()
        if job.state != Job.State.DONE and not failures_are_fine:
            raise AssertionError(f"{job.task} is {job.state}: {job.last_error}")
    raise AssertionError(f"more than {at_most} jobs: do they enqueue each other for ever?")
