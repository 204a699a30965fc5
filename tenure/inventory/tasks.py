"""Background work of the inventory."""

from __future__ import annotations

from django.conf import settings
from django_tasks import task

from tenure.inventory import ending, queries, syncing, tailing
from tenure.inventory.models import SyncRun
from tenure.inventory.operations.forget_quiet_lists import (
    forget_quiet_lists as forget_lists_now,
)
from tenure.inventory.operations.link_accounts import link_accounts as link_accounts_now
from tenure.inventory.operations.request_sync import request_sync
from tenure.jobs import Retry, current, enqueue, schedule
from tenure.jobs.follow_ups import follow_up
from tenure.lib.actor import Actor
from tenure.users.actors import TENURE


@task(queue_name="sync")
def run_sync(run_ref: str, connection_ref: str) -> None:  # noqa: ARG001 - what one runs per
    """Read one connection for a stretch. Called again, it goes on with the same run."""
    wait = syncing.run_sync(run_ref=run_ref, actor=_actor())
    if wait is not None:
        raise Retry(wait, "the sync goes on when its budget, its provider or its turn allows")


@task(queue_name="rest")
def sync_again(connection_ref: str, trigger: str) -> None:
    """A run made way for this one."""
    request_sync(connection_ref=connection_ref, trigger=SyncRun.Trigger(trigger), actor=_actor())


@task(queue_name="rest")
def sync_ready_connection(connection_ref: str) -> None:
    """A connection has just got a key that works: read it at once."""
    request_sync(connection_ref=connection_ref, trigger=SyncRun.Trigger.CHANGE, actor=_actor())


@task(queue_name="rest")
def request_due_syncs() -> None:
    """Each minute: close runs that nobody will finish, and ask for the syncs that are due."""
    actor = _actor()
    for run in queries.abandoned_runs(actor=actor):
        ending.finish_run(
            run,
            status=SyncRun.Status.FAILED,
            reason=_ABANDONED,
            speaks_of_connection=False,
            actor=actor,
        )
    for connection in queries.connections_due(actor=actor):
        request_sync(connection_ref=connection.ref, trigger=SyncRun.Trigger.SCHEDULE, actor=actor)


@task(queue_name="sync")
def follow_log(connection_ref: str) -> None:
    """Read what is new in the provider's log. Called again, it goes on with what is left."""
    wait = tailing.follow_log(connection_ref=connection_ref, actor=_actor())
    if wait is not None:
        raise Retry(wait, "the log is read on when its budget, its provider or its turn allows")


@task(queue_name="rest")
def follow_logs() -> None:
    """Before each minute is over: what happened is on the timelines within it."""
    for connection in queries.connections_to_follow(actor=_actor()):
        lock = f"{follow_log.module_path}:{connection.ref}"
        enqueue(follow_log, key=lock, lock=lock, priority=_SOON, connection_ref=str(connection.ref))


@task(queue_name="rest")
def forget_quiet_lists() -> None:
    """Each day: runs keep their counts for ever, and their quiet lists for some days."""
    days = settings.TENURE_QUIET_LISTS_DAYS
    while forget_lists_now(older_than_days=days, actor=_actor()):
        pass


# Before syncs: it is one request, and somebody may be waiting to see what they did.
_SOON = 50
_ABANDONED = "The worker stopped in the middle again and again; look at its log, then sync again."


def _actor() -> Actor:
    job = current()
    return job.actor if job else TENURE


@task(queue_name="rest")
def link_accounts(connection_ref: str = "") -> None:  # noqa: ARG001 - the announcer's; all are looked at
    """Accounts or people changed: tie those that nobody is tied to yet."""
    link_accounts_now(actor=_actor())


follow_up("sync.requested", run_sync, one_per="connection_ref")
follow_up("sync.wanted", sync_again)
follow_up("inventory.changed", link_accounts)
follow_up("inventory.changed", follow_log, one_per="connection_ref")
follow_up("people.changed", link_accounts)
follow_up("linking.changed", link_accounts)
follow_up("connection.ready", sync_ready_connection)
schedule("syncs-due", every=60, task=request_due_syncs)
schedule("provider-logs", every=50, task=follow_logs)
schedule("quiet-lists", every=86_400, task=forget_quiet_lists)
