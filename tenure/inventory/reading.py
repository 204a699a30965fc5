"""One list of one run: what of it came, where it stands, and what is believed at its end."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from tenure.connectors import base
from tenure.inventory import rules
from tenure.inventory.arrivals import arrivals
from tenure.inventory.known import Known, fingerprints
from tenure.inventory.merge import Statements
from tenure.inventory.merge.outcomes import Merged, Missing
from tenure.inventory.merging import MOST_ROWS, Merge
from tenure.inventory.models import SyncCollection, SyncMark, SyncRun
from tenure.lib import structs
from tenure.lib.clock import now, rfc3339
from tenure.lib.text import quantity

_UNREADABLE = base.CollectionEnd(
    state="incomplete",
    reason="Records could not be read before a pause, so the list is not whole; sync again later.",
    kind="unreadable",
)

State = SyncCollection.State
_place = structs.converter(base.Place)
_MOST_REMARKS = 50
# A reading that was interrupted so long ago begins anew: too much has changed since.
_STALE = timedelta(hours=2)
ROW_FIELDS = (
    *("state", "reason", "failure", "remarks", "place", "pages", "digest"),
    *(
        "received",
        "repeated",
        "set_aside",
        "stored",
        "added",
        "changed",
        "unchanged",
        "ended",
        "would_end",
    ),
    *("started_at", "finished_at"),
)
COLLECTION_FIELDS = (
    *("state", "reason", "active_rows", "misses", "liveliness", "completed_at", "complete_from"),
)
_EMPTY = base.CollectionEnd(
    state="incomplete",
    reason="The list came back empty, but whoever made the key must be in it; sync again later.",
)


class Reading:
    """From the first page to the verdict, with as many pauses as it takes.

    `take` and `ends` are told what came. `begin`, `save`, `finish` and `skip` run in the caller's
    transaction, and leave it to the caller to write the row (and, once it is over, the collection):
    many are written at once. What is saved is enough to go on in another process.
    """

    def __init__(
        self,
        row: SyncCollection,
        *,
        run: SyncRun,
        organization_id: int,
        statements: Statements,
        merge: Merge,
    ) -> None:
        self.row, self.run, self.collection = row, run, row.collection
        self.known = Known()
        self.fingerprint: Callable[[bytes], int] = fingerprints(bytes(self.collection.salt))
        self.place = base.BEGINNING
        self.not_before: datetime | None = None
        self.end: base.CollectionEnd | None = None
        self._statements, self._merge = statements, merge
        self._organization_id = organization_id
        self._unsaved = array("q")
        self._missing: Missing | None = None
        self._ended_up_to = self._added = 0
        self._unreadable = False
        # A reading of which nothing was saved has left nothing behind.
        self._has_marks = row.started_at is not None

    @property
    def wanted(self) -> base.Collection:
        resource, principal_id = self.collection.resource, self.collection.principal_id
        return base.Collection(
            kind=self.row.kind,
            parent_id=resource.external_id if resource else principal_id,
            principal_id=principal_id if resource else "",
            since=self.collection.completed_at,
        )

    @property
    def is_over(self) -> bool:
        return self.row.finished_at is not None

    @property
    def has_begun(self) -> bool:
        return self.row.pages > 0

    def begin(self, known: Known) -> None:
        """Go on where an earlier process stopped, or start from the beginning."""
        self.known, row, at = known, self.row, now()
        self.place = base.BEGINNING
        if row.started_at and at - (self.collection.attempted_at or row.started_at) < _STALE:
            self.place = _place(row.place)
        if self.place == base.BEGINNING:
            self._start_over(at)
        else:
            self._remember()

    def take(self, page: base.Page, recognized: array[int]) -> None:
        """One page: what is unchanged is marked, the rest is put aside for the merge."""
        row, fresh = self.row, 0
        row.pages += 1
        row.digest = rules.digest_of_pages(row.digest, page.digest)
        for at in recognized:
            fresh += self.known.see(at, row.pages)
            self._unsaved.append(self.known.fingerprint_at(at))
        staged = arrivals(
            page.facts,
            page=row.pages,
            collection_id=self.collection.pk,
            resource_id=self.collection.resource_id,
            organization_id=self._organization_id,
            fingerprint=self.fingerprint,
        )
        twice = self._merge.stage(staged.rows)
        self._unsaved.extend(row[3] for row in staged.rows)  # type: ignore[misc] # fingerprints
        row.received += page.received
        row.stored += fresh
        row.repeated += len(recognized) - fresh + twice
        row.set_aside += page.aside + page.unreadable + staged.set_aside
        self._unreadable |= page.unreadable > 0
        self.place = page.place
        self.remark(*page.remarks, *staged.remarks)

    def merged(self, what: Merged) -> None:
        row = self.row
        row.repeated += what.repeated
        row.stored += what.stored
        row.added += what.added
        self._added += what.added
        row.changed += what.changed

    def ends(self, end: base.CollectionEnd) -> None:
        """The list's own end. One whose place was forgotten is to `begin` anew, once."""
        if end.kind == "stale_cursor" and self.row.failure != end.kind:
            self.place, self.row.failure = base.BEGINNING, end.kind
            return
        if end.state == "complete" and self.row.failure == "unreadable":
            end = _UNREADABLE
        self.end = end

    def save(self) -> None:
        """Everything that has been merged, and the place from which to go on."""
        if self._unreadable:
            self.row.failure = "unreadable"
        if self._unsaved and not self.end:
            SyncMark.objects.create(reading=self.row, fingerprints=self._unsaved.tobytes())
            self._unsaved, self._has_marks = array("q"), True
        self.row.place = msgspec.to_builtins(self.place)

    def finish(self) -> None:
        """Believe a complete list, and end what it lacks, or hold it for a person.

        It is not over when there is more to end than one transaction should: call it again in the
        next.
        """
        assert self.end is not None  # noqa: S101 - nobody finishes what has not ended
        if self.end.state == "complete" and rules.is_beyond_belief(
            stored=self.row.stored,
            active=self._active,
            someone_must_remain=not self._statements.may_begin_empty,
        ):
            self.end = _EMPTY
        if self.end.state != "complete" or self._ends_all():
            self._close(self.end)
        else:
            # Whoever goes on with the rest has to read it all again.
            self.row.place = {}

    def skip(self, reason: str) -> None:
        """Not read in this run, and why; what is known of it stays as it is."""
        row = self.row
        row.state, row.reason, row.finished_at = State.SKIPPED, reason, now()
        self._forget()

    def remark(self, *texts: str) -> None:
        """Keep what is worth telling, once, and not without end."""
        for text in texts:
            if len(self.row.remarks) < _MOST_REMARKS:
                self.row.remarks.append({"at": rfc3339(now()), "text": text})

    def _start_over(self, at: datetime) -> None:
        row = self.row
        row.state, row.reason, row.remarks, row.place = State.READING, "", [], {}
        row.digest = ""
        row.pages = row.received = row.repeated = row.set_aside = 0
        row.stored = row.added = row.changed = 0
        row.started_at, self._unsaved, self._unreadable = at, array("q"), False
        row.failure = "" if row.failure == "unreadable" else row.failure
        self._forget()

    def _forget(self) -> None:
        if self._has_marks:
            SyncMark.objects.filter(reading=self.row).delete()
            self._has_marks = False

    def _remember(self) -> None:
        """What earlier stretches of this reading have seen."""
        for blob in self.row.marks.values_list("fingerprints", flat=True):
            for fingerprint in array("q", bytes(blob)):
                if (at := self.known.find(fingerprint)) is not None:
                    self.known.see(at, 1)

    @property
    def _active(self) -> int:
        """Rows that are not over, as far as this reading has got."""
        return len(self.known) + self._added - self._ended_up_to

    def _ends_all(self) -> bool:
        """What a released run held before ends now; the brake judges the rest."""
        row = self.row
        if self._missing is None:
            self._missing = self._merge.find_missing(
                self.collection, self.known, released=self.run.releases
            )
            self._judge(self._missing)
        missing = self._missing
        last = missing.held_before if row.would_end else missing.rows
        if self._ended_up_to < last:
            first, self._ended_up_to = (
                self._ended_up_to + 1,
                min(last, self._ended_up_to + MOST_ROWS),
            )
            row.ended += self._merge.end_missing(
                self.collection, missing, first=first, last=self._ended_up_to, at=now()
            )
        return self._ended_up_to >= last

    def _judge(self, missing: Missing) -> None:
        row, rest = self.row, missing.rows - missing.held_before
        # Rows that this run added were not there to be lost; those it ended already were.
        known = self._active - row.added + row.ended - missing.held_before
        if not self._statements.is_braked:
            return
        if not rest or not rules.must_be_held(
            known=known,
            would_end=rest + row.ended,
            someone_must_remain=self._statements.someone_must_remain,
        ):
            return
        row.would_end = rest
        what = quantity(known, self._statements.noun)
        row.reason = f"{rest:,} of {what} would end, so a person must decide."
        self._merge.hold_missing(self.collection, missing)

    def _close(self, end: base.CollectionEnd) -> None:
        row, at = self.row, now()
        is_believed = end.state == "complete" and not row.would_end
        row.state, row.failure = State(end.state), end.kind or ""
        row.reason = row.reason if row.would_end else end.reason[:500]
        row.unchanged, row.finished_at = max(0, row.stored - row.added - row.changed), at
        row.place = {}
        self._forget()
        moved = row.added + row.changed + row.ended
        self.collection.state = "incomplete" if row.would_end else end.state
        self.collection.reason = row.reason
        self.collection.active_rows = self._active
        self.collection.misses = (
            0 if is_believed or end.state == "skipped" else (self.collection.misses + 1)
        )
        self.collection.liveliness = min(1_000, self.collection.liveliness // 2 + moved)
        if is_believed:
            self.collection.completed_at = end.as_of or at
            self.collection.complete_from = end.as_of or row.started_at
