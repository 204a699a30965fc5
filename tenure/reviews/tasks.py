"""Background work of access reviews."""

from __future__ import annotations

from django_tasks import task

from tenure.jobs import current, schedule
from tenure.jobs.follow_ups import follow_up
from tenure.lib.actor import Actor
from tenure.reviews.minding import look_after_campaigns as look_after_campaigns_now
from tenure.reviews.operations.settle_campaign import settle_campaign
from tenure.reviews.remedying import CAUSE
from tenure.users.actors import TENURE


@task(queue_name="rest")
def look_after_campaigns() -> None:
    """Each few minutes: reminders, reviewers who left, what is overdue, and the next rounds."""
    look_after_campaigns_now(actor=_actor())


@task(queue_name="rest")
def settle(cause_kind: str, cause_ref: str) -> None:
    """An operation has moved: where does its campaign stand now?"""
    if cause_kind == CAUSE:
        settle_campaign(ref=cause_ref, actor=_actor())


def _actor() -> Actor:
    job = current()
    return job.actor if job else TENURE


follow_up("operation.moved", settle)
schedule("reviews", every=300, task=look_after_campaigns)
