"""Running one sync run: every collection of one connection, then the verdict.

A run belongs to whoever holds its job. When a worker dies, the next attempt goes on with the same
run: collections already finished stay finished, the others are read again from the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from tenure.audit import operations as audit
from tenure.connections.connecting import open_connector
from tenure.connectors import base
from tenure.inventory import rules
from tenure.inventory.merge import TABLES
from tenure.inventory.models import Collection, SyncCollection, SyncRun
from tenure.inventory.reading import Stopped, read_collection
from tenure.jobs import fenced
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import DomainError

Status = SyncRun.Status
_ENDED = (Status.COMPLETE, Status.PARTIAL, Status.HELD)
_COUNTS = ("pages", "received", "added", "changed", "ended")


def run_sync(*, run_ref: UUID | str, actor: Actor) -> None:
    """Read the run's connection. Nothing happens when the run is over or was cancelled."""
    if (run := _begin(run_ref)) is None:
        return
    try:
        with closing(open_connector(run.connection)) as connector:
            _read(connector, run)
    except Stopped:
        return
    except DomainError as refusal:
        finish_run(run, status=Status.FAILED, reason=str(refusal), actor=actor)
        return
    rows = list(run.collections.order_by("id"))
    status = rules.run_status(
        states={row.state for row in rows},
        received_pages=sum(row.pages for row in rows),
        is_held=any(row.would_end for row in rows),
    )
    finish_run(run, status=Status(status), reason=_reason(rows, status), actor=actor)


def finish_run(run: SyncRun, *, status: SyncRun.Status, reason: str, actor: Actor) -> None:
    """Write the verdict, once, and tell those who wait for new data."""
    with fenced():
        still_open = SyncRun.objects.filter(pk=run.pk, status__in=SyncRun.OPEN)
        if not still_open.update(status=status, reason=reason[:500], finished_at=now()):
            return
        run.refresh_from_db()
        audit.record(
            "sync_run.finished",
            actor=actor,
            subject=run,
            connection=run.connection,
            status=status,
            **{name: getattr(run, name) for name in _COUNTS},
        )
        if status in _ENDED:
            announce("inventory.changed", connection_ref=str(run.connection.ref))


def _begin(run_ref: UUID | str) -> SyncRun | None:
    with fenced():
        mine = SyncRun.objects.filter(ref=run_ref, status__in=SyncRun.OPEN)
        if not mine.update(status=Status.RUNNING, started_at=Coalesce(F("started_at"), now())):
            return None
        run = SyncRun.objects.select_related("connection").get(ref=run_ref)
        finished = run.collections.filter(finished_at__isnull=False)
        kept = finished.aggregate(pages=Sum("pages"), received=Sum("received"))
        run.pages, run.received = kept["pages"] or 0, kept["received"] or 0
        run.save(update_fields=["pages", "received"])
    return run


def _read(connector: base.Connector, run: SyncRun) -> None:
    wanted = [
        base.Collection(kind=k.kind) for k in connector.collection_kinds() if k.kind in TABLES
    ]
    with fenced():
        known = {row.key for row in run.collections.all()}
        read_before = Collection.objects.filter(
            connection=run.connection, completed_at__isnull=False
        )
        rows_before = dict(read_before.values_list("key", "active_rows"))
        SyncCollection.objects.bulk_create(
            SyncCollection(run=run, key=one.key, kind=one.kind, expected=rows_before.get(one.key))
            for one in wanted
            if one.key not in known
        )
    rows = {row.key: row for row in run.collections.all()}
    for one in wanted:
        if rows[one.key].finished_at is not None:
            continue
        if one.kind in TABLES:
            read_collection(connector, one, run=run, row=rows[one.key])
        else:
            _skip(rows[one.key])


def _skip(row: SyncCollection) -> None:
    """A connector may know more than this version keeps; that is told, not hidden."""
    row.state, row.finished_at = SyncCollection.State.SKIPPED, now()
    row.reason = f"This version of Tenure keeps no {row.kind}."
    with fenced():
        row.save(update_fields=["state", "reason", "finished_at"])


def _reason(rows: Sequence[SyncCollection], status: str) -> str:
    """The sentence of what went wrong, of the collection that matters most."""
    if status == Status.HELD:
        rows = [row for row in rows if row.would_end]
    elif status == Status.PARTIAL:
        rows = [row for row in rows if row.state == SyncCollection.State.INCOMPLETE]
    elif status == Status.COMPLETE:
        return ""
    return next((row.reason for row in rows if row.reason), "")
