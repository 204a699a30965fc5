"""Which lists of a run wait to be asked for, and which of them may be asked for now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from tenure.connections import budget
from tenure.connectors import base
from tenure.inventory.merge import TABLES
from tenure.inventory.models import Collection, SyncRun
from tenure.inventory.reading import Reading
from tenure.inventory.remembering import known_rows
from tenure.inventory.saving import Saving
from tenure.jobs import fenced
from tenure.lib.clock import now

# What is known of so many lists of the detail tier is looked up at a time.
_AHEAD = 100
_BLOCK = 20
_NO_LIMIT = 1_000_000


class Turns:
    """Who is there comes before what they can reach, and nothing before its budget allows it."""

    def __init__(
        self,
        run: SyncRun,
        kinds: Mapping[str, base.CollectionKind],
        pacer: budget.LeasedPacer,
        saving: Saving,
    ) -> None:
        self.run, self._kinds, self._pacer, self._saving = run, kinds, pacer, saving
        self.identity: list[Reading] = []
        self._is_unlimited = run.connection.requests_per_minute is None
        # Lists that nobody reads at the moment and that have not ended.
        self._waiting: dict[str, Reading] = {}
        self._loaded: set[str] = set()

    def kind(self, reading: Reading) -> base.CollectionKind:
        return self._kinds[reading.row.kind]

    def add(self, reading: Reading) -> None:
        """A list that this run reads."""
        self._waiting[reading.row.key] = reading
        if self.kind(reading).tier == "identity":
            self.identity.append(reading)

    def wait_again(self, reading: Reading) -> None:
        """Its stream has ended, and it has not."""
        self._waiting[reading.row.key] = reading

    def start_over(self, reading: Reading) -> None:
        """What is known of it is to be looked up anew."""
        self._loaded.discard(reading.row.key)

    def take(self, room: int) -> Iterator[Reading]:
        """Up to so many lists that may be asked for now; they wait no more."""
        at = now()
        for reading in self._in_turn():
            if not room:
                return
            if reading.not_before is not None and at < reading.not_before:
                continue
            self._load(reading)
            if self._lease(self.kind(reading).family):
                del self._waiting[reading.row.key]
                room -= 1
                yield reading

    def take_details(self, *, also_begun: bool) -> list[Reading]:
        """Lists of the detail tier that wait, for good: they are not asked for in this run."""
        taken = [
            one
            for one in self._waiting.values()
            if self.kind(one).tier == "detail" and (also_begun or not one.has_begun)
        ]
        for one in taken:
            del self._waiting[one.row.key]
        return taken

    def seconds_to_wait(self) -> float | None:
        """Until one of the lists may be asked for again; None when none is left."""
        if not self._waiting:
            return None
        at = now()
        moments = [one.not_before or at for one in self._in_turn()]
        return max(0.0, (min(moments) - at).total_seconds())

    def give_back(self) -> None:
        """What was leased and not sent is anybody's again."""
        for family, unused in self._pacer.returned().items():
            if not self._is_unlimited:
                budget.give_back(self.run.connection, family, unused)

    def _in_turn(self) -> list[Reading]:
        waiting = list(self._waiting.values())
        if self._is_unlimited or all(one.is_over for one in self.identity):
            return waiting
        return [one for one in waiting if self.kind(one).tier == "identity"]

    def _lease(self, family: str) -> bool:
        """Whether at least one request may be sent now; if not, when to ask again."""
        if self._pacer.left[family] > 0:
            return True
        wanted = _NO_LIMIT if self._is_unlimited else _BLOCK
        granted = budget.lease(self.run.connection, family, wanted)
        self._pacer.add(family, granted)
        if not granted.requests:
            until = now() + timedelta(seconds=granted.wait)
            for one in self._waiting.values():
                if self.kind(one).family == family:
                    one.not_before = max(until, one.not_before or until)
        return granted.requests > 0

    def _load(self, reading: Reading) -> None:
        """What is known of the list, and of those of its kind that come after it."""
        if reading.row.key in self._loaded:
            return
        alike = [
            one
            for one in self._waiting.values()
            if one.row.kind == reading.row.kind and one.row.key not in self._loaded
        ]
        ahead = alike[:_AHEAD]
        known = known_rows(TABLES[reading.row.kind], [one.collection for one in ahead])
        with fenced():
            for one in ahead:
                pages, received = one.row.pages, one.row.received
                one.begin(known[one.collection.pk])
                self._saving.take_back(
                    pages=pages - one.row.pages, received=received - one.row.received
                )
            begun = [one.collection.pk for one in ahead]
            Collection.objects.filter(pk__in=begun).update(attempted_at=now())
        self._loaded |= {one.row.key for one in ahead}
