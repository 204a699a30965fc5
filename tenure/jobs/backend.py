"""Django's Tasks over the ledger."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued

from tenure.jobs import MAX_ATTEMPTS, ledger
from tenure.jobs.models import Job

_STATUS = {
    Job.State.QUEUED: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
    Job.State.CANCELLED: TaskResultStatus.FAILED,
}


class LedgerBackend(BaseTaskBackend):
    """`task.enqueue()` writes a row in the caller's transaction; `get_result()` reads it."""

    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:  # noqa: ANN401 - Django's signature
        self.validate_task(task)
        result = as_result(ledger.add(task, args=args, kwargs=kwargs, max_attempts=MAX_ATTEMPTS))
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult[Any]:
        try:
            return as_result(Job.objects.get(ref=UUID(result_id)))
        except (ValueError, Job.DoesNotExist) as error:
            raise TaskResultDoesNotExist(result_id) from error


def as_result(job: Job) -> TaskResult[Any]:
    """The job as Django's Tasks see it. Of earlier attempts only the number is known."""
    task: Task[..., Any] = import_string(job.task)
    result: TaskResult[Any] = TaskResult(
        task=task.using(priority=job.priority, queue_name=job.queue, run_after=job.run_after),
        id=str(job.ref),
        status=_STATUS[Job.State(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.arguments["args"],
        kwargs=job.arguments["kwargs"],
        backend=task.backend,
        errors=[_error(job)] if job.last_error else [],
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)  # frozen; so do Django's own backends
    return result


def _error(job: Job) -> TaskError:
    return TaskError(
        exception_class_path=job.last_error.partition(": ")[0], traceback=job.last_error
    )
