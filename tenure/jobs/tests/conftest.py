from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.jobs import ledger
from tenure.jobs.models import Job
from tenure.jobs.running import context_of
from tenure.jobs.tests import work
from tenure.lib.clock import now

LEASE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def nothing_said():
    work.said.clear()
    work.gate.clear()
    work.entered.clear()


@pytest.fixture
def claim():
    """Claim the next job of a queue; returns the job and the proof that it is ours."""

    def claim_next(queue="rest", worker="test"):
        job = ledger.claim([queue], worker=worker, lease=LEASE)
        return (job, context_of(job, lease=LEASE)) if job else (None, None)

    return claim_next


@pytest.fixture
def expire():
    """Let the leases of running jobs pass."""

    def pass_leases():
        running = Job.objects.filter(state=Job.State.RUNNING)
        assert running.update(lease_until=now() - timedelta(seconds=1))

    return pass_leases
