"""Background work of provisioning."""

from __future__ import annotations

from django_tasks import task

from tenure.jobs import Retry, current, schedule
from tenure.jobs.follow_ups import announce, follow_up
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.provisioning import acting, queries
from tenure.provisioning.operations.confirm_operations import (
    confirm_operations as confirm_operations_now,
)
from tenure.provisioning.operations.tell_operations import tell_operations
from tenure.users.actors import TENURE


@task(queue_name="act")
def work_on_operations(batch: str) -> None:
    """Take a batch as far as it goes now. Called again, it goes on from what is written down."""
    wait = acting.work(batch, actor=_actor())
    if wait is not None:
        raise Retry(wait, "its budget, its provider or a read-back is waited for")


@task(queue_name="rest")
def look_after_operations() -> None:
    """Each minute: batches whose job was lost, and changes old enough to be confirmed."""
    for batch in queries.batches_with_work(now(), actor=_actor()):
        announce("operations.let_go", batch=str(batch))
    confirm_operations_now(actor=_actor())


@task(queue_name="rest")
def confirm_operations(connection_ref: str = "") -> None:  # noqa: ARG001 - the announcer's; all are looked at
    """A sync has read the lists: what does it say of what was changed?"""
    confirm_operations_now(actor=_actor())


@task(queue_name="rest")
def tell_of_operations() -> None:
    """Tell whom it concerns what waits for a person."""
    tell_operations(actor=_actor())


def _actor() -> Actor:
    job = current()
    return job.actor if job else TENURE


follow_up("operations.let_go", work_on_operations, one_per="batch")
follow_up("inventory.changed", confirm_operations)
schedule("operations", every=60, task=look_after_operations)
schedule("operations-told", every=60, task=tell_of_operations)
