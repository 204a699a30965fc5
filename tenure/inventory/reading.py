"""Reading one collection of one run: page by page, with progress, and believing only the whole.

No transaction is open while the provider is asked. Every so many pages end in one short transaction
that merges what has arrived and says how far we are; it is also where a cancelled run stops.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from django.db.models import F, QuerySet

from tenure.connectors import base
from tenure.inventory import rules
from tenure.inventory.merge import TABLES
from tenure.inventory.merging import MOST_ROWS, Merge, Merged, Missing
from tenure.inventory.models import Collection, SyncCollection, SyncRun
from tenure.jobs import fenced
from tenure.lib.clock import now, rfc3339
from tenure.lib.text import quantity

# People watch the first sync: rows become visible after a second, or after so many.
_MERGE_EVERY_S = 1.0
_MERGE_ROWS = 5_000
# Pages may fly by; nobody sees more than four steps a second.
_NOTE_EVERY_S = 0.25
_MOST_REMARKS = 50
_WRITTEN = (
    *("state", "reason", "remarks", "pages", "received", "repeated", "set_aside"),
    *("stored", "added", "changed", "unchanged", "ended", "would_end", "started_at", "finished_at"),
)
_LOOK_EVERY_S = 1.0
_EMPTY = base.CollectionEnd(
    state="incomplete",
    reason="The list came back empty, but whoever made the key must be in it; sync again later.",
)

State = SyncCollection.State
Sleep = Callable[[float], None]


class Stopped(Exception):
    """The run is no longer open: somebody cancelled it."""


class Reading:
    """One collection, from its first page to the verdict."""

    def __init__(self, run: SyncRun, row: SyncCollection, *, sleep: Sleep = time.sleep) -> None:
        self.run = run
        self.row = row
        self._sleep = sleep
        self._merged_at = self._noted_at = float("-inf")
        self._unwritten: Counter[str] = Counter()
        statements = TABLES[row.kind]
        self.collection, _ = Collection.objects.get_or_create(
            connection_id=run.connection_id, key=row.key, defaults={"kind": row.kind}
        )
        self._statements = statements
        self._merge = Merge(statements, run=run, collection=self.collection)

    def read(self, connector: base.Connector, wanted: base.Collection) -> None:
        """Read it to its end. What was read stays, however it ends."""
        self._begin()
        end = base.CollectionEnd(state="incomplete", reason="The list broke off without an end.")
        with self._merge.open():
            for event in connector.read(wanted):
                if isinstance(event, base.Page):
                    self._take(event)
                elif isinstance(event, base.Wait):
                    self._wait(event)
                else:
                    end = event
            self._finish(end)

    def _begin(self) -> None:
        """From the beginning, also when a worker died in the middle: what it read is kept."""
        row, at = self.row, now()
        row.state, row.reason, row.remarks = State.READING, "", []
        row.pages = row.received = row.repeated = row.set_aside = row.stored = 0
        row.started_at = at
        row.save(update_fields=_WRITTEN)
        Collection.objects.filter(pk=self.collection.pk).update(attempted_at=at)

    def _take(self, page: base.Page) -> None:
        staged, fresh = self._merge.stage(page.facts)
        row = self.row
        row.pages += 1
        row.received += page.received
        row.repeated += len(staged.rows) - fresh
        row.set_aside += page.received - len(page.facts) + staged.set_aside
        self._remark(*page.remarks, *staged.remarks)
        self._note(pages=1, requests=1, received=page.received, is_last=False)

    def _wait(self, pause: base.Wait) -> None:
        self._remark(f"Waited {max(1, round(pause.seconds))} s: {pause.reason}")
        self._note(requests=1, is_last=False)
        left = pause.seconds
        while left > 0:
            self._sleep(min(left, _LOOK_EVERY_S))
            left -= _LOOK_EVERY_S
            if not self._open_run().exists():
                raise Stopped

    def _finish(self, end: base.CollectionEnd) -> None:
        """Merge the rest; after a complete reading end what is gone, or hold it for a person."""
        self._note(is_last=True)
        row = self.row
        if end.state == "complete" and rules.is_beyond_belief(
            stored=row.stored,
            active=self._merge.active(),
            someone_must_remain=self._statements.someone_must_remain,
        ):
            end = _EMPTY
        row.state, row.reason = State(end.state), end.reason[:500]
        if end.state == "complete":
            self._end_or_hold(self._merge.find_missing(added=row.added))
        at, active = now(), self._merge.active()
        is_believed = end.state == "complete" and not row.would_end
        row.unchanged, row.finished_at = max(0, row.stored - row.added - row.changed), at
        with fenced():
            row.save(update_fields=_WRITTEN)
            Collection.objects.filter(pk=self.collection.pk).update(
                state="incomplete" if row.would_end else end.state,
                reason=row.reason,
                active_rows=active,
                **{"completed_at": at, "complete_from": row.started_at} if is_believed else {},
            )

    def _end_or_hold(self, missing: Missing) -> None:
        """What a released run held before ends now; the brake judges the rest."""
        row = self.row
        rest = missing.rows - missing.held_before
        # Rows that this run added were not there to be lost; those it ended already were.
        known = missing.active - row.added + row.ended - missing.held_before
        is_held = rest > 0 and rules.must_be_held(
            known=known,
            would_end=rest + row.ended,
            someone_must_remain=self._statements.someone_must_remain,
        )
        last = missing.held_before if is_held else missing.rows
        for first in range(1, last + 1, MOST_ROWS):
            self._end(first, min(last, first + MOST_ROWS - 1))
        row.would_end = rest if is_held else 0
        if is_held:
            what = quantity(known, self._statements.noun)
            row.reason = f"{rest:,} of {what} would end, so a person must decide."
            with fenced():
                self._merge.hold_missing()

    def _end(self, first: int, last: int) -> None:
        with fenced():
            ended = self._merge.end_missing(first=first, last=last, at=now())
            self.row.ended += ended
            self._write(ended=ended)

    def _note(self, *, is_last: bool, **counts: int) -> None:
        """One short transaction, when it is time: merge what waits, and write how far we are."""
        self._unwritten.update(counts)
        moment, waiting = time.monotonic(), self._merge.waiting
        is_time = moment - self._merged_at >= _MERGE_EVERY_S or waiting >= _MERGE_ROWS
        merges = waiting > 0 and (is_last or is_time)
        if not (merges or is_last or moment - self._noted_at >= _NOTE_EVERY_S):
            return
        with fenced():
            merged = self._merge.merge(at=now()) if merges else Merged()
            row = self.row
            row.repeated += merged.repeated
            row.stored += merged.stored
            row.added += merged.added
            row.changed += merged.changed
            self._write(added=merged.added, changed=merged.changed, **self._unwritten)
        self._unwritten.clear()
        self._noted_at = moment
        self._merged_at = moment if merges else self._merged_at

    def _write(self, **more: int) -> None:
        self.row.save(update_fields=_WRITTEN)
        counts = {name: F(name) + number for name, number in more.items()}
        if not self._open_run().update(**counts):
            raise Stopped

    def _open_run(self) -> QuerySet[SyncRun]:
        return SyncRun.objects.filter(pk=self.run.pk, status=SyncRun.Status.RUNNING)

    def _remark(self, *texts: str) -> None:
        """Keep what is worth telling, once, and not without end."""
        for text in texts:
            if len(self.row.remarks) < _MOST_REMARKS:
                self.row.remarks.append({"at": rfc3339(now()), "text": text})


def read_collection(
    connector: base.Connector, wanted: base.Collection, *, run: SyncRun, row: SyncCollection
) -> None:
    """Read one collection into the inventory."""
    Reading(run, row).read(connector, wanted)
