"""Reading at once the lists of which the log says that something changed.

Nothing is remembered for it: what happened since a list was read is in the log. So it does not
matter when a sync is under way just now; the next reading of the log asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Max

from tenure.inventory import event_rules
from tenure.inventory.below import LISTS_OF_USERS, make_lists_of_users, readable
from tenure.inventory.models import Collection, ProviderEvent, ProviderLog, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.actor import Actor
from tenure.lib.clock import now

# What is older is left to the schedule.
_RECENT = timedelta(minutes=15)
# Of small lists one run takes so many.
MOST_LISTS = 50
_PAGE_ROWS = 100
_TOLD = (
    *("about", "verb", "subject_id", "principal_kind", "principal_id"),
    *("resource_kind", "resource_id"),
)


def read_touched_lists(log: ProviderLog, *, actor: Actor) -> SyncRun | None:
    """Ask for a run of the lists that something happened to since they were read; None when there
    are none."""
    at = now()
    touched = _touched(log, since=at - _RECENT)
    make_lists_of_users(log.connection, touched)
    wanted = list(_out_of_date(log, touched, at=at))
    if not wanted:
        return None
    return request_sync(
        connection_ref=log.connection.ref,
        trigger=SyncRun.Trigger.LOG,
        only=sorted(wanted)[:MOST_LISTS],
        actor=actor,
    )


def _touched(log: ProviderLog, *, since: datetime) -> dict[str, datetime]:
    """By the key of a list, when something last happened that it will show."""
    recent = ProviderEvent.objects.filter(connection=log.connection_id, at__gte=since)
    touched: dict[str, datetime] = {}
    for event in recent.exclude(about="").order_by().values(*_TOLD).annotate(last=Max("at")):
        event_at = event.pop("last")
        for key in event_rules.lists_touched(**event):
            touched[key] = max(event_at, touched.get(key, event_at))
    return touched


def _out_of_date(log: ProviderLog, touched: dict[str, datetime], *, at: datetime) -> Iterator[str]:
    found = Collection.objects.filter(readable(), connection=log.connection_id, key__in=touched)
    for one in found.only("key", "kind", "attempted_at", "active_rows"):
        # Of all lists of single users' roles that were never read, the plan has but a few.
        is_new = one.attempted_at is None and one.kind in LISTS_OF_USERS
        if is_new or event_rules.must_be_read(
            event_at=touched[one.key],
            attempted_at=one.attempted_at,
            pages=ceil(one.active_rows / _PAGE_ROWS),
            at=at,
        ):
            yield one.key
