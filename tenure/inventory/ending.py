"""The verdict of a run, and everything that is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection as database

from tenure.audit import operations as audit
from tenure.connections.health import Missed, Outcome
from tenure.connections.operations.report_reading import report_reading
from tenure.inventory.explaining import to_be_explained
from tenure.inventory.lines import name_of
from tenure.inventory.merge.events import ADOPT_EVENTS
from tenure.inventory.merge.settling import ADOPT, END
from tenure.inventory.models import SyncCollection, SyncMark, SyncRun
from tenure.inventory.observing import adopt_observations
from tenure.inventory.planning import GIVEN_UP
from tenure.inventory.publishing import publish_accounts
from tenure.jobs import fenced
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now

Status, State = SyncRun.Status, SyncCollection.State
_ENDED = (Status.COMPLETE, Status.PARTIAL, Status.HELD)
_NAME_LENGTH = 80
_COUNTS = ("pages", "received", "added", "changed", "ended")


def finish_run(
    run: SyncRun,
    *,
    status: SyncRun.Status,
    reason: str,
    speaks_of_connection: bool = True,
    actor: Actor,
) -> None:
    """Write the verdict, once, and tell those who wait for new data.

    A run that our own workers abandoned does not speak of its connection.
    """
    with fenced():
        still_open = SyncRun.objects.filter(pk=run.pk, status__in=SyncRun.OPEN)
        if not still_open.update(status=status, reason=reason[:500], finished_at=now()):
            return
        _settle(run)
        to_be_explained(run)
        adopt_observations(run.connection, at=now())
        forget_marks(run)
        run.refresh_from_db()
        publish_accounts(run)
        audit.record(
            "sync_run.finished",
            actor=actor,
            subject=run,
            connection=run.connection,
            status=status,
            **{name: getattr(run, name) for name in _COUNTS},
        )
        if speaks_of_connection:
            report_reading(ref=run.connection.ref, outcome=_outcome(run), actor=actor)
        if status in _ENDED:
            announce("inventory.changed", connection_ref=str(run.connection.ref))
        if run.next_trigger:
            announce(
                "sync.wanted", connection_ref=str(run.connection.ref), trigger=run.next_trigger
            )


def forget_marks(run: SyncRun) -> None:
    """What a run that is over had seen is of no use, nor is what runs before it left behind."""
    of_connection = SyncMark.objects.filter(reading__run__connection=run.connection_id)
    of_connection.exclude(reading__run__status__in=SyncRun.OPEN).delete()


def reason_of(rows: Sequence[SyncCollection], status: str) -> str:
    """The sentence of what went wrong, of the list that matters most, and of how many more.

    Of a list that broke off, and of one below a resource, it says which.
    """
    if status == Status.COMPLETE:
        return ""
    if status == Status.HELD:
        rows = [row for row in rows if row.would_end]
    elif status == Status.PARTIAL:
        rows = [row for row in rows if row.state == State.INCOMPLETE]
    told = [row for row in rows if row.reason and row.reason != GIVEN_UP]
    if not told:
        return ""
    first, more = told[0], len({row.reason for row in told}) - 1
    says_which = status == Status.PARTIAL or (status == Status.HELD and first.collection.resource)
    said = f"{_name(first)[:_NAME_LENGTH]}: {first.reason}" if says_which else first.reason
    return f"{said} And {more} more." if more else said


def _settle(run: SyncRun) -> None:
    """Find whom things are about, and end what hung below something that is no more."""
    adapt, ended = database.ops.adapt_datetimefield_value, 0
    named = {"connection": run.connection_id, "run": run.pk, "at": adapt(now())}
    with database.cursor() as cursor:
        for statement in (*ADOPT, *ADOPT_EVENTS):
            cursor.execute(statement, named)
        for statement, counts in END:
            cursor.execute(statement, named)
            ended += max(0, cursor.rowcount) if counts else 0
    if ended:
        run.ended += ended
        run.save(update_fields=["ended"])


def _outcome(run: SyncRun) -> Outcome:
    rows = list(run.collections.select_related("collection__resource").order_by("id"))
    failed = next((row.failure for row in rows if row.failure), None)
    return Outcome(
        at=run.finished_at or now(),
        could_read=run.status in _ENDED,
        kind=failed,  # type: ignore[arg-type] # written from a FailureKind
        reason=run.reason,
        missed=[
            Missed(
                name=_name(row),
                state=row.state,  # type: ignore[arg-type] # one of these two
                reason=row.reason,
                times=row.collection.misses,
            )
            for row in rows
            if row.state in (State.INCOMPLETE, State.UNAVAILABLE)
        ],
    )


def _name(row: SyncCollection) -> str:
    resource = row.collection.resource
    return name_of(row.kind, str(resource) if resource else "")
