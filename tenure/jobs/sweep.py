"""Keeping the ledger in order. Every worker does it, so that no lost job can stop it."""

from __future__ import annotations

from datetime import timedelta

import structlog

from tenure.jobs import ledger, schedules
from tenure.jobs.models import Job

log = structlog.get_logger(__name__)

_KEEP_DONE = timedelta(days=7)
_KEEP_FAILED = timedelta(days=90)


def sweep() -> None:
    """Fail what killed its workers too often, restore schedules that were lost or put off by a
    clock put back, as jobs are; forget old jobs.

    A sweep that finds nothing writes nothing. Expired leases need no sweep: they are claimed.
    """
    schedules.write_missing()
    if late := ledger.disbelieve():
        log.warning("clock.put_back", jobs=late)
    if buried := ledger.bury_abandoned():
        log.error("job.failed", jobs=buried, reason="their workers died every time")
    ledger.forget(older_than=_KEEP_DONE, states=[Job.State.DONE, Job.State.CANCELLED])
    ledger.forget(older_than=_KEEP_FAILED, states=[Job.State.FAILED])
