from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.inventory import queries
from tenure.inventory.models import SyncCollection, SyncRun
from tenure.lib.actor import Actor
from tenure.lib.clock import now

_AT_A_TIME = 5_000
_COUNTED = ("pages", "received", "stored", "repeated", "set_aside")


@transaction.atomic
def forget_quiet_lists(*, older_than_days: int, actor: Actor) -> int:
    """Let go of lists below resources in which old runs found nothing new; how many.

    Their runs keep what was counted of them, so that every run still reconciles. One call forgets
    a bounded number: call it until it returns 0.
    """
    actor.require("accounts.sync")
    old = queries.quiet_lists(before=now() - timedelta(days=older_than_days), actor=actor)
    rows = list(old[:_AT_A_TIME])
    runs = SyncRun.objects.select_for_update().in_bulk({row.run_id for row in rows})
    for row in rows:
        forgotten = runs[row.run_id].forgotten
        sums = Counter(forgotten.get(row.kind, {}))
        sums.update(lists=1, **{name: getattr(row, name) for name in _COUNTED})
        forgotten[row.kind] = dict(sums)
    SyncRun.objects.bulk_update(runs.values(), ["forgotten"])
    SyncCollection.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if rows:
        audit.record(
            "sync_lists.forgotten",
            actor=actor,
            subject=Subject("inventory", "all"),
            lists=len(rows),
            runs=len(runs),
        )
    return len(rows)
