"""What Django's Tasks promise to whoever enqueues, kept by the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus, default_task_backend
from django_tasks.base import Task
from django_tasks.exceptions import (
    InvalidTaskError,
    TaskResultDoesNotExist,
    TaskResultMismatch,
)
from django_tasks.signals import task_enqueued, task_finished, task_started

from tenure.jobs.models import Job
from tenure.jobs.tests import work
from tenure.lib.clock import now
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_result_is_ready_then_successful_with_its_value():
    result = work.say.enqueue("hi", loudly=True)
    assert result.status == TaskResultStatus.READY
    assert (result.args, result.kwargs) == (["hi"], {"loudly": True})
    assert not result.is_finished
    with pytest.raises(ValueError, match="not finished"):
        _ = result.return_value
    run_jobs()
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == {"said": "hi"}
    assert result.enqueued_at <= result.started_at <= result.finished_at
    assert result.attempts == 1


def test_a_failed_result_tells_the_class_of_the_error():
    result = work.refuse.enqueue()
    run_jobs(failures_are_fine=True)
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class.__name__ == "Conflict"
    with pytest.raises(ValueError, match="failed"):
        _ = result.return_value


def test_a_result_can_be_found_by_its_id_and_only_as_its_own_tasks():
    result = work.say.enqueue("hi")
    assert work.say.get_result(result.id) == result
    assert default_task_backend.get_result(result.id) == result
    with pytest.raises(TaskResultMismatch):
        work.refuse.get_result(result.id)


@pytest.mark.parametrize("unknown", ["nonsense", "01890000-0000-7000-8000-000000000000"])
def test_an_unknown_result_does_not_exist(unknown):
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(unknown)


def test_a_task_can_be_deferred_prioritized_and_sent_to_another_queue():
    later = now() + timedelta(hours=1)
    work.say.using(run_after=later, priority=7, queue_name="mail").enqueue("hi")
    job = Job.objects.get()
    assert (job.run_after, job.priority, job.queue) == (later, 7, "mail")
    assert run_jobs() == 0


def test_what_cannot_be_run_is_refused():
    with pytest.raises(InvalidTaskError, match="Queue"):
        work.say.using(queue_name="nowhere")
    with pytest.raises(InvalidTaskError, match="aware"):
        work.say.using(run_after=datetime(2026, 1, 1))
    with pytest.raises(InvalidTaskError, match="priority"):
        work.say.using(priority=101)
    with pytest.raises(InvalidTaskError, match="module level"):
        Task(func=lambda: None, queue_name="rest")


def test_enqueuing_belongs_to_the_callers_transaction():
    with transaction.atomic():
        work.say.enqueue("never")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_task_may_take_its_context():
    work.tell_attempt.enqueue()
    run_jobs()
    assert work.said == [1]


def test_the_signals_of_the_library_are_sent():
    heard = []

    def hear(sender, task_result, **_):
        heard.append(task_result.status)

    for signal in (task_enqueued, task_started, task_finished):
        signal.connect(hear)
    try:
        work.say.enqueue("hi")
        run_jobs()
    finally:
        for signal in (task_enqueued, task_started, task_finished):
            signal.disconnect(hear)
    assert heard == ["READY", "RUNNING", "SUCCESSFUL"]


def test_a_job_is_an_actor_under_its_own_name(settings):
    result = work.say_who.enqueue()
    run_jobs()
    assert work.said == [("job", result.id, "say_who", False)]


def test_a_job_may_do_what_permissions_there_are(settings):
    from tenure.jobs.context import JobContext
    from tenure.users.rules import ALL_PERMISSIONS

    job = Job(task="a.b.c")
    context = JobContext(id=1, ref=job.ref, task=job.task, attempt=1, fence=1)
    assert context.actor.permissions == ALL_PERMISSIONS
