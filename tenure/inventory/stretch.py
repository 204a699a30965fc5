"""One process's work on a run: from what was saved to what it saves."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from django.db.models import F

from tenure.connections import budget
from tenure.connectors import base
from tenure.inventory import below, planning, rules
from tenure.inventory.merge import TABLES
from tenure.inventory.merging import MOST_ROWS
from tenure.inventory.models import Collection, SyncCollection, SyncRun
from tenure.inventory.reading import Reading
from tenure.inventory.saving import NOTE_EVERY_S, Saving
from tenure.inventory.streams import MOST, Streams, Told
from tenure.inventory.turns import Turns
from tenure.jobs import fenced, others_wait
from tenure.lib.clock import now

# After so long, others who wait get their turn.
_TURN_S = 1.0
# Not worth leaving for.
_SHORT_S = 0.25
_GIVEN_UP = base.CollectionEnd(state="incomplete", reason=planning.GIVEN_UP)


class Stretch:
    """Several lists are read at once; what comes of each is taken, and what follows is done."""

    def __init__(
        self,
        run: SyncRun,
        connector: base.Connector,
        pacer: budget.LeasedPacer,
        *,
        sleep: Callable[[float], None],
    ) -> None:
        self.run, self._pacer, self._sleep = run, pacer, sleep
        self._streams = Streams(connector)
        self._kinds = {kind.kind: kind for kind in connector.collection_kinds()}
        self._saving = Saving(run, self._kinds)
        self._turns = Turns(run, self._kinds, pacer, self._saving)
        self._readings: dict[str, Reading] = {}
        self._failed: Counter[str] = Counter()
        # Of the lists of the identity tier that an earlier stretch closed.
        self._pages_before = 0
        self._organization_id = below.organization(run.connection).pk
        self._began = time.monotonic()

    def work(self) -> float | None:
        """Read until the run is over, or until it has to leave; then the seconds to stay away."""
        try:
            self._pages_before = planning.identity_pages(self.run)
            self._pick_up()
            return self._work()
        finally:
            self._streams.leave()
            self._turns.give_back()
            self._saving.count_requests()

    def _work(self) -> float | None:
        while True:
            self._begin_streams()
            if self._streams:
                if (told := self._streams.next(timeout=NOTE_EVERY_S)) is not None:
                    self._hear(told)
                self._after(self._saving.note(keeping=self._kept()))
                if time.monotonic() - self._began > _TURN_S and others_wait():
                    self._leave()
                    return 0.0
                continue
            self._after(self._saving.note(is_last=True))
            if (wait := self._turns.seconds_to_wait()) is None:
                return None
            if wait > _SHORT_S:
                return wait
            self._sleep(wait)

    # What is asked for

    def _pick_up(self) -> None:
        """Every list that this run has planned and not closed."""
        rows = self.run.collections.filter(finished_at=None).exclude(key__in=self._readings)
        for row in rows.select_related("collection__resource").order_by("id"):
            if row.kind in TABLES:
                reading = Reading(
                    row,
                    run=self.run,
                    organization_id=self._organization_id,
                    statements=TABLES[row.kind],
                    merge=self._saving.merges[row.kind],
                )
                self._readings[row.key] = reading
                self._turns.add(reading)
            else:
                self._skip_unknown(row)

    def _skip_unknown(self, row: SyncCollection) -> None:
        """A connector may know more than this version keeps; that is told, not hidden."""
        row.state, row.finished_at = SyncCollection.State.SKIPPED, now()
        row.reason = f"This version of Tenure keeps no {row.kind}."
        with fenced():
            row.save(update_fields=["state", "reason", "finished_at"])

    def _begin_streams(self) -> None:
        for reading in self._turns.take(MOST - len(self._streams)):
            self._streams.begin(
                reading.wanted,
                place=reading.place,
                known=reading.known,
                fingerprint=reading.fingerprint,
            )

    # What is told

    def _hear(self, told: Told) -> None:
        reading, event = self._readings[told.key], told.event
        family = self._turns.kind(reading).family
        if isinstance(event, base.Page):
            reading.take(event, told.recognized)
            self._saving.moved(reading)
            self._saving.count(family=family, pages=1, received=event.received)
            self._failed[family] = 0
        elif isinstance(event, base.Wait):
            self._pause(reading, event)
        elif isinstance(event, base.CollectionEnd):
            self._end(reading, event)
        elif event is not None:
            raise event
        else:
            self._turns.wait_again(reading)

    def _pause(self, reading: Reading, pause: base.Wait) -> None:
        reading.place = pause.place
        self._turns.wait_again(reading)
        self._saving.moved(reading)
        if pause.because == "budget":
            return  # the next lease tells when
        reading.not_before = now() + timedelta(seconds=pause.seconds)
        reading.remark(f"Waited {max(1, round(pause.seconds))} s: {pause.reason}")
        is_refusal = pause.because == "provider"
        self._saving.count(family=pause.family, refused=is_refusal)
        if is_refusal:
            seconds = budget.limited(self.run.connection, pause.family, retry_after=pause.seconds)
            self._pacer.pause(pause.family, seconds)

    def _end(self, reading: Reading, end: base.CollectionEnd) -> None:
        family = self._turns.kind(reading).family
        if end.kind is not None:
            self._saving.count(family=family, refused=end.kind == "rate_limited")
        reading.ends(end)
        if reading.end is None:
            self._turns.wait_again(reading)
            self._saving.moved(reading)
            # What came before is known when it begins anew, so all of it has to be there.
            self._after(self._saving.note(is_last=True))
            self._turns.start_over(reading)
            return
        self._saving.ended(reading)
        if end.state == "incomplete" and self._turns.kind(reading).tier == "detail":
            self._failed[family] += 1
        self._give_up(family)

    def _give_up(self, family: str) -> None:
        """The provider, or our key, does not answer: ask for no more lists like these."""
        if not rules.must_give_up(
            identity_pages=self._pages_before + sum(one.row.pages for one in self._turns.identity),
            identity_is_over=not self.run.only
            and all(one.is_over or one.end for one in self._turns.identity),
            failed_in_a_row=self._failed[family],
        ):
            return
        for one in self._turns.take_details(also_begun=True):
            one.ends(_GIVEN_UP)
            self._saving.ended(one)

    # What follows

    def _kept(self) -> frozenset[str]:
        """Grants are merged when their accounts are there, unless that takes too many rows."""
        users = self._readings.get("users")
        if users is None or users.end is not None or "users" not in self._streams:
            return frozenset()
        return frozenset(
            name
            for name, merge in self._saving.merges.items()
            if TABLES[name].follows_accounts and merge.waiting < MOST_ROWS
        )

    def _after(self, closed: list[Reading]) -> None:
        """What follows from lists that were just closed."""
        if not closed:
            return
        # Only what is new can have lists below it that nobody has planned yet.
        if any(one.row.kind in below.PARENTS and one.row.added + one.row.changed for one in closed):
            with fenced():
                kinds = list(self._kinds.values())
                planning.make_rows(self.run, kinds, have_parents_changed=True)
            self._pick_up()
        if all(one.is_over for one in self._turns.identity):
            mine = SyncRun.objects.filter(pk=self.run.pk)
            mine.filter(identity_at=None).update(identity_at=now())
            if mine.exclude(next_trigger="").exists():
                self._wrap_up()

    def _wrap_up(self) -> None:
        """Leave to the next run what this one has not begun."""
        with fenced():
            left = self._turns.take_details(also_begun=False)
            for one in left:
                one.skip(planning.LEFT)
            # Nobody asked for these: they are as urgent as before.
            unread = [one.collection.pk for one in left if not one.row.pages]
            Collection.objects.filter(pk__in=unread).update(attempted_at=F("completed_at"))
            self._saving.write(left)

    def _leave(self) -> None:
        """Make room for others: save what has come, and abandon what takes longer."""
        self._streams.leave()
        until = time.monotonic() + _TURN_S
        while self._streams and (left := until - time.monotonic()) > 0:
            if (told := self._streams.next(timeout=left)) is not None:
                self._hear(told)
        self._after(self._saving.note(is_last=True))
