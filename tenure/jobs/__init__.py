"""Background work. The ledger, a table, is the only queue: what is not in it does not exist.

A task is a module-level function under `django_tasks.task`, in `<slice>/tasks.py`, with JSON
arguments. It may run more than once (its worker may die after the effect and before the note of
it), never twice at the same moment with effect: writes under `fenced()` commit only while the job
is still ours. This module is all that other slices need; it loads no model before it is called.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django_tasks.base import Task

from tenure.jobs.context import JobContext as JobContext
from tenure.jobs.context import Retry as Retry
from tenure.jobs.context import StaleFence as StaleFence
from tenure.jobs.context import current as current
from tenure.jobs.context import fenced as fenced
from tenure.jobs.context import others_wait as others_wait
from tenure.jobs.context import progressed as progressed
from tenure.jobs.schedules import schedule as schedule

if TYPE_CHECKING:
    from tenure.jobs.models import Job

MAX_ATTEMPTS = 5


def enqueue(
    task: Task[..., Any],
    *,
    key: str = "",
    lock: str = "",
    run_after: datetime | None = None,
    priority: int | None = None,
    max_attempts: int = MAX_ATTEMPTS,
    **arguments: Any,  # noqa: ANN401 - whatever the task takes, as JSON
) -> Job:
    """Write the job in the caller's transaction: it exists if and only if that commits.

    `key`: at most one job with it waits, and that one is returned. `lock`: at most one job with it
    runs. Higher `priority` (-100 to 100) goes first within a queue.
    """
    from tenure.jobs import ledger

    return ledger.add(
        task.using(priority=priority, run_after=run_after),
        kwargs=arguments,
        key=key,
        lock=lock,
        max_attempts=max_attempts,
    )
