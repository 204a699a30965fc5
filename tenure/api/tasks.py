"""Background work of the API."""

from __future__ import annotations

from django_tasks import task

from tenure.api.once import forget_old_answers
from tenure.jobs import schedule


@task(queue_name="rest")
def forget_answers() -> None:
    """Each hour: nobody sends a request of yesterday again, and answers name people."""
    forget_old_answers()


schedule("api-answers", every=3600, task=forget_answers)
