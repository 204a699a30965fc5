"""Reading at once the lists of which the log says that something changed.

Nothing is remembered for it: what happened since a list was read is in the log. So it does not
matter when a sync is under way just now; the next reading of the log asks again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.db.models import Max

from tenure.inventory import event_rules
from tenure.inventory.below import readable
from tenure.inventory.models import Collection, ProviderEvent, ProviderLog, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.actor import Actor
from tenure.lib.clock import now

# What is older is left to the schedule.
_RECENT = timedelta(minutes=15)
# Of small lists one run takes so many.
MOST_LISTS = 50
_PAGE_ROWS = 100


def read_touched_lists(log: ProviderLog, *, actor: Actor) -> SyncRun | None:
    """Ask for a run of the lists that something happened to since they were read; None when there
    are none."""
    at = now()
    recent = ProviderEvent.objects.filter(connection=log.connection_id, at__gte=at - _RECENT)
    told = ("about", "resource_kind", "resource_id")
    last = recent.exclude(fact="").order_by().values(*told).annotate(last=Max("at"))
    touched: dict[str, datetime] = {}
    for event in last:
        event_at = event.pop("last")
        if key := event_rules.list_touched(**event):
            touched[key] = max(event_at, touched.get(key, event_at))
    found = Collection.objects.filter(readable(), connection=log.connection_id, key__in=touched)
    wanted = [
        one.key
        for one in found.only("key", "attempted_at", "active_rows")
        if event_rules.must_be_read(
            event_at=touched[one.key],
            attempted_at=one.attempted_at,
            pages=ceil(one.active_rows / _PAGE_ROWS),
            at=at,
        )
    ]
    if not wanted:
        return None
    return request_sync(
        connection_ref=log.connection.ref,
        trigger=SyncRun.Trigger.LOG,
        only=sorted(wanted)[:MOST_LISTS],
        actor=actor,
    )
