"""Background work of evidence."""

from __future__ import annotations

from django_tasks import task

from tenure.evidence.making import give_up_abandoned as give_up_abandoned_now
from tenure.evidence.making import make_bundle as make_bundle_now
from tenure.jobs import current, schedule
from tenure.jobs.follow_ups import follow_up
from tenure.lib.actor import Actor
from tenure.users.actors import TENURE


@task(queue_name="rest")
def make_bundle(build_ref: str) -> None:
    """Make a bundle that somebody asked for."""
    make_bundle_now(build_ref, actor=_actor())


@task(queue_name="rest")
def give_up_abandoned() -> None:
    """Each ten minutes: what is said to be made, and nobody makes any more."""
    give_up_abandoned_now(task=make_bundle.module_path, actor=_actor())


def _actor() -> Actor:
    job = current()
    return job.actor if job else TENURE


follow_up("evidence.asked", make_bundle, one_per="build_ref")
schedule("evidence", every=600, task=give_up_abandoned)
