"""Background work of access requests: carrying out what was approved, and what is over."""

from __future__ import annotations

from django_tasks import task

from tenure.access_requests.minding import look_after_requests as look_after_requests_now
from tenure.access_requests.minding import settle_after_operation, settle_after_reading
from tenure.access_requests.operations.tell_requests import tell_requests
from tenure.access_requests.timeline import COMMENTED, MOVED
from tenure.access_requests.waiting import look_after_waiting
from tenure.jobs import current, schedule
from tenure.jobs.follow_ups import follow_up
from tenure.lib.actor import Actor
from tenure.users.actors import TENURE


@task(queue_name="rest")
def settle(cause_kind: str, cause_ref: str) -> None:
    """An operation has moved: where do the requests stand that it is for?"""
    settle_after_operation(cause_kind, cause_ref, actor=_actor())


@task(queue_name="rest")
def settle_requests_of(connection_ref: str) -> None:
    """A connection was read: is what was approved there, and what is over gone?"""
    settle_after_reading(connection_ref, actor=_actor())


@task(queue_name="rest")
def look_after_requests() -> None:
    """Each minute: whose time is over, and what is left of them."""
    look_after_requests_now(actor=_actor())


@task(queue_name="rest")
def tell_of_requests(request_ref: str = "", kind: str = "", comment_ref: str = "") -> None:  # noqa: ARG001 - the announcer's
    """Tell whom it concerns how requests stand."""
    tell_requests(actor=_actor())


@task(queue_name="rest")
def look_after_waiting_requests() -> None:
    """Each minute: who is to be asked instead or as well, who is reminded, and what is too late."""
    look_after_waiting(actor=_actor())


def _actor() -> Actor:
    job = current()
    return job.actor if job else TENURE


follow_up("operation.moved", settle)
follow_up("inventory.changed", settle_requests_of, one_per="connection_ref")
follow_up(MOVED, tell_of_requests)
follow_up(COMMENTED, tell_of_requests)
schedule("requests", every=60, task=look_after_requests)
schedule("requests-waiting", every=60, task=look_after_waiting_requests)
schedule("requests-told", every=60, task=tell_of_requests)
