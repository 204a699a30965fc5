"""Background work of offboarding."""

from __future__ import annotations

from django_tasks import task

from tenure.jobs import current, schedule
from tenure.jobs.follow_ups import follow_up
from tenure.lib.actor import Actor
from tenure.offboarding.minding import (
    look_after_cases as look_after_cases_now,
)
from tenure.offboarding.minding import settle_case
from tenure.offboarding.operations.tell_cases import tell_cases
from tenure.users.actors import TENURE


@task(queue_name="rest")
def look_after_cases() -> None:
    """Each half minute: whose time is over, what is due, and how far the rest is."""
    look_after_cases_now(actor=_actor())


@task(queue_name="rest")
def settle(cause_kind: str, cause_ref: str) -> None:
    """An operation has moved: where does its case stand now?"""
    if cause_kind == "offboarding_case":
        settle_case(ref=cause_ref, actor=_actor())


@task(queue_name="rest")
def tell_of_cases() -> None:
    """Tell whom it concerns how leavings stand."""
    tell_cases(actor=_actor())


def _actor() -> Actor:
    job = current()
    return job.actor if job else TENURE


follow_up("operation.moved", settle)
schedule("offboarding", every=30, task=look_after_cases)
schedule("offboarding-told", every=60, task=tell_of_cases)
