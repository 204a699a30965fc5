"""Background work of users."""

from __future__ import annotations

from django_tasks import task

from tenure.jobs import current
from tenure.jobs.follow_ups import follow_up
from tenure.users.actors import TENURE
from tenure.users.asking import WORK_ASKED
from tenure.users.asking import invite_for_work as invite_for_work_now


@task(queue_name="mail")
def invite_for_work(email: str) -> None:
    """Somebody was asked to decide or do something: they need a way in."""
    job = current()
    invite_for_work_now(email, actor=job.actor if job else TENURE)


follow_up(WORK_ASKED, invite_for_work)
