"""Running one claimed job to its end, whatever that is."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import structlog
from django.utils.module_loading import import_string
from django_tasks import TaskContext
from django_tasks.base import Task
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json

from tenure.jobs import ledger
from tenure.jobs.backend import LedgerBackend, as_result
from tenure.jobs.context import JobContext, Retry, StaleFence, running
from tenure.jobs.models import Job

log = structlog.get_logger(__name__)


def context_of(job: Job, *, lease: timedelta) -> JobContext:
    """The proof that this process has claimed the job."""
    return JobContext(job.pk, job.ref, job.task, job.attempts, job.fence, lease)


def run(job: Job, context: JobContext) -> None:
    """Call the task and write down what came of it, if the job is still ours by then."""
    said = log.bind(job=str(job.ref), task=job.task, attempt=job.attempts)
    try:
        with running(context):
            result = _call(job)
        if ledger.finish(context, result):
            said.info("job.done")
            _tell_finished(job)
        else:
            said.warning("job.taken_over")
    except StaleFence:
        said.warning("job.taken_over")
    except BaseException as error:  # noqa: BLE001 - a task must not end its worker's thread
        _put_off(job, context, error)


def _call(job: Job) -> object:
    task: Task[..., object] = import_string(job.task)
    arguments, result = job.arguments, as_result(job)
    task_started.send(LedgerBackend, task_result=result)
    before = [TaskContext(task_result=result)] if task.takes_context else []
    return normalize_json(task.call(*before, *arguments["args"], **arguments["kwargs"]))


def _put_off(job: Job, context: JobContext, error: BaseException) -> None:
    said = log.bind(job=str(job.ref), task=job.task, attempt=job.attempts)
    state = ledger.postpone_or_fail(context, error, max_attempts=job.max_attempts)
    if state is None:
        said.warning("job.taken_over")
    elif isinstance(error, Retry):
        said.info("job.postponed", seconds=error.after.total_seconds(), reason=str(error))
    elif state == Job.State.FAILED:
        said.error("job.failed", exc_info=error)
        _tell_finished(job)
    else:
        said.warning("job.will_be_tried_again", exc_info=error)


def _tell_finished(job: Job) -> None:
    job.refresh_from_db()
    with suppress(ImportError):  # a task that is gone from the code has no result to tell of
        task_finished.send(LedgerBackend, task_result=as_result(job))
