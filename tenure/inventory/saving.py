"""What a stretch of a sync writes: merged rows, closed lists, how far the run is.

No transaction is open while anybody waits for an answer. Every so often one short transaction
writes everything that has come; it is also where a cancelled run stops.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F

from tenure.connections import budget
from tenure.inventory.merge import TABLES
from tenure.inventory.merging import Merge
from tenure.inventory.models import SyncRun
from tenure.inventory.reading import COLLECTION_FIELDS, ROW_FIELDS, Reading
from tenure.jobs import fenced, progressed
from tenure.lib.clock import now
from tenure.lib.rows import write_rows

# People watch the first sync: rows become visible after a second, or after so many.
MERGE_EVERY_S = 1.0
MERGE_ROWS = 5_000
# Answers may fly in; nobody sees more than four steps a second.
NOTE_EVERY_S = 0.25
LOOK_EVERY_S = 1.0


class Stopped(Exception):
    """The run is no longer open: somebody cancelled it."""


class Saving:
    """The transactions of one stretch."""

    def __init__(self, run: SyncRun, kinds: Iterable[str]) -> None:
        self.run = run
        self.merges = {kind: Merge(TABLES[kind], run=run) for kind in kinds if kind in TABLES}
        self._moved: dict[str, Reading] = {}
        self._ended: dict[str, Reading] = {}
        self._there: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._requests: Counter[tuple[str, bool]] = Counter()
        self._noted_at = self._merged_at = self._looked_at = float("-inf")

    def count(self, *, family: str, refused: bool = False, **counts: int) -> None:
        """One request, and what it brought."""
        self._requests[family, refused] += 1
        self._counts.update(requests=1, **counts)

    def take_back(self, **counts: int) -> None:
        """What was counted of a list that is read again from its beginning."""
        self._counts.subtract(counts)

    def moved(self, reading: Reading) -> None:
        self._moved[reading.row.key] = reading

    def ended(self, reading: Reading) -> None:
        self._ended[reading.row.key] = reading

    def note(
        self, *, keeping: frozenset[str] = frozenset(), is_last: bool = False
    ) -> list[Reading]:
        """Write, when it is time; the lists that were closed by it.

        Lists of the kinds in `keeping` stay open, and their rows wait for the accounts they are
        about.
        """
        moment = time.monotonic()
        waiting = sum(one.waiting for kind, one in self.merges.items() if kind not in keeping)
        merges = is_last or moment - self._merged_at >= MERGE_EVERY_S or waiting >= MERGE_ROWS
        if not merges and moment - self._noted_at < NOTE_EVERY_S:
            return []
        self._noted_at = moment
        if not (self._moved or self._ended or is_last):
            self._look(moment)
            return []
        if not merges:
            self._write_progress()
            return []
        self._merged_at = moment
        self._merge(keeping)
        closed = [one for one in self._ended.values() if one.row.kind not in keeping]
        for reading in closed:
            while not reading.is_over:
                self._end_more(reading)
            del self._ended[reading.row.key]
        return closed

    def write(self, readings: Iterable[Reading]) -> None:
        """In a transaction: the rows of these readings, and of what is over its collection."""
        all_of_them = list(readings)
        write_rows([one.row for one in all_of_them], ROW_FIELDS)
        write_rows([one.collection for one in all_of_them if one.is_over], COLLECTION_FIELDS)

    def count_requests(self) -> None:
        """Add what was sent to the connection's budget."""
        sent: dict[str, tuple[int, int]] = {}
        for (family, is_refused), number in self._requests.items():
            requests, refused = sent.get(family, (0, 0))
            sent[family] = requests + number, refused + number * is_refused
        if sent:
            budget.sent(self.run.connection, sent)
        self._requests.clear()

    def _merge(self, keeping: frozenset[str]) -> None:
        touched = {**self._moved, **self._ended}
        by_id = {one.collection.pk: one for one in touched.values()}
        mine = {key: one for key, one in touched.items() if one.row.kind not in keeping}
        at = now()
        # Waiting for the last page of users, only what is about somebody further down is left.
        self._there = self._there | self.merges["users"].waiting_ids if keeping else set()
        with fenced():
            for kind, merge in self.merges.items():
                self._merge_kind(merge, by_id, at=at, may_wait=kind in keeping)
            for key, one in mine.items():
                if key in self._ended:
                    self._finish(one)
                else:
                    one.save()
            self.write(mine.values())
            self._write_counts()
            if mine:
                progressed()
        for key in mine:
            self._moved.pop(key, None)

    def _merge_kind(
        self, merge: Merge, by_id: Mapping[int, Reading], *, at: datetime, may_wait: bool
    ) -> None:
        known = {pk: one.known for pk, one in by_id.items()}
        about = self._there if may_wait else None
        for pk, what in merge.merge(known, at=at, about=about).items():
            by_id[pk].merged(what)
            self._counts.update(added=what.added, changed=what.changed)

    def _finish(self, reading: Reading) -> None:
        before = reading.row.ended
        reading.finish()
        self._counts["ended"] += reading.row.ended - before

    def _end_more(self, reading: Reading) -> None:
        with fenced():
            self._finish(reading)
            self.write([reading])
            self._write_counts()

    def _look(self, moment: float) -> None:
        """Nothing came; still, somebody may have cancelled."""
        if moment - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = moment
            self._write_progress()

    def _write_progress(self) -> None:
        """Somebody may be watching; nothing that is counted depends on this."""
        with fenced():
            self._write_counts()

    def _write_counts(self) -> None:
        counts = {name: F(name) + number for name, number in self._counts.items() if number}
        mine = SyncRun.objects.filter(pk=self.run.pk, status=SyncRun.Status.RUNNING)
        if not (mine.update(**counts) if counts else mine.exists()):
            raise Stopped
        self._counts.clear()
        self.count_requests()
