"""Background work of evidence."""

from __future__ import annotations

from django_tasks import task

from tenure.evidence.making import make_bundle as make_bundle_now
from tenure.jobs import current
from tenure.jobs.follow_ups import follow_up
from tenure.users.actors import TENURE


@task(queue_name="rest")
def make_bundle(build_ref: str) -> None:
    """Make a bundle that somebody asked for."""
    job = current()
    make_bundle_now(build_ref, actor=job.actor if job else TENURE)


follow_up("evidence.asked", make_bundle, one_per="build_ref")
