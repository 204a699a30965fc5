"""Running one sync run: every list it planned, several at once, then the verdict.

A run is worked on in stretches. A stretch ends when the run is over, when nothing can be asked
before some time has passed (a budget that is spent, a provider that wants a pause), or when other
connections want their turn; then it leaves, so that a long sync holds no worker, and a later
stretch, in whatever process, goes on. A worker that dies loses what it had not saved, no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from tenure.connections.budget import LeasedPacer
from tenure.connections.connecting import open_connector
from tenure.connectors import base
from tenure.inventory import planning, rules
from tenure.inventory.ending import finish_run, reason_of
from tenure.inventory.models import SyncRun
from tenure.inventory.saving import Stopped
from tenure.inventory.stretch import Stretch
from tenure.jobs import fenced
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import DomainError

Status = SyncRun.Status


def run_sync(
    *, run_ref: UUID | str, actor: Actor, sleep: Callable[[float], None] = time.sleep
) -> float | None:
    """Work on a run for a stretch. Seconds until it is worth going on; None when it is over.

    Nothing happens when the run is over already, or was cancelled.
    """
    if (run := _begin(run_ref)) is None:
        return None
    pacer = LeasedPacer()
    try:
        with closing(open_connector(run.connection, pacer=pacer)) as connector:
            _plan(run, connector.collection_kinds())
            wait = Stretch(run, connector, pacer, sleep=sleep).work()
    except Stopped:
        return None
    except DomainError as refusal:
        finish_run(run, status=Status.FAILED, reason=str(refusal), actor=actor)
        return None
    if wait is None:
        _judge(run, actor=actor)
    elif wait:
        goes_on = now() + timedelta(seconds=wait)
        SyncRun.objects.filter(pk=run.pk, status=Status.RUNNING).update(waits_until=goes_on)
    return wait


def _begin(run_ref: UUID | str) -> SyncRun | None:
    with fenced():
        mine = SyncRun.objects.filter(ref=run_ref, status__in=SyncRun.OPEN)
        if not mine.update(status=Status.RUNNING, started_at=Coalesce(F("started_at"), now())):
            return None
        return SyncRun.objects.select_related("connection", "releases").get(ref=run_ref)


def _plan(run: SyncRun, kinds: Sequence[base.CollectionKind]) -> None:
    with fenced():
        planning.make_rows(run, kinds)
        # What a worker that died had read and not saved is read again, and not counted twice.
        kept = run.collections.aggregate(pages=Sum("pages"), received=Sum("received"))
        run.pages, run.received = kept["pages"] or 0, kept["received"] or 0
        if run.only:
            run.planned_requests = run.collections.count()
        elif not run.planned_requests:
            plan = planning.plan_of(run.connection, kinds)
            run.planned_requests, run.planned_seconds = plan.requests, plan.seconds
        run.save(update_fields=["pages", "received", "planned_requests", "planned_seconds"])


def _judge(run: SyncRun, *, actor: Actor) -> None:
    rows = list(run.collections.select_related("collection__resource").order_by("id"))
    status = rules.run_status(
        states={row.state for row in rows},
        received_pages=sum(row.pages for row in rows),
        is_held=any(row.would_end for row in rows),
    )
    finish_run(run, status=Status(status), reason=reason_of(rows, status), actor=actor)
