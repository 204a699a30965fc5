"""A day in the life of a connection: an organization that changes, a provider that has faults,
workers that die or fall asleep; and what must be true of the inventory all the while.

Time stands still but for what is told here: a millisecond for each statement, and the pauses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import time_machine
from django.db import connection as database

from tenure.connections.models import Connection
from tenure.inventory import tasks
from tenure.inventory.models import Collection, SyncCollection, SyncMark, SyncRun
from tenure.inventory.tests.happenings import VERBS, Change
from tenure.inventory.tests.truth import Lists, check_promises, differences, inventory, truth
from tenure.jobs import current, enqueue, ledger
from tenure.jobs.context import LEASE
from tenure.jobs.models import Job
from tenure.jobs.running import context_of, run
from tenure.lib.clock import now
from tenure.simulator.openai.running import RunningSimulator

# Pending invitations are good for more than a day from here.
START = datetime(2026, 11, 5, 8, tzinfo=UTC)
HOUR_S = 3600.0
QUEUES = ["sync", "rest"]
# Far more than the slowest budget makes of an hour.
_MOST_STRETCHES = 400


class Killed(BaseException):
    """What is not a kill, and ends a process in the same place."""


@dataclass(frozen=True)
class Hour:
    """What happens in one hour; `at` counts the statements of its workers.

    Workers die in the middle of the statements named, and fall asleep before the transaction that
    follows others, to wake up when somebody else has taken their job.
    """

    changes: list[Change]
    meanwhile: dict[int, Change]
    fault: str
    lasts: bool
    dies_at: frozenset[int]
    sleeps_at: frozenset[int]


@dataclass
class Day:
    """One connection on its way through 24 hours."""

    simulator: RunningSimulator
    connection: Connection
    clock: time_machine.Coordinates
    versions: list[tuple[datetime, Lists]] = field(default_factory=list)
    hour: Hour | None = None
    statements: int = 0
    deaths: int = 0
    naps: int = 0
    stretches: int = 0
    _naps_due: set[int] = field(default_factory=set)
    _when_awake: object = None
    _is_dying: bool = False
    _is_elsewhere: bool = False

    def __post_init__(self) -> None:
        self._depth = len(database.savepoint_ids)
        self._note()

    def live(self, hour: Hour) -> None:
        """An hour, and whatever of its work is left for the next."""
        until = now().timestamp() + HOUR_S
        self.hour, self.statements, self._naps_due = hour, 0, set(hour.sleeps_at)
        for change in hour.changes:
            self._happen(change)
        if hour.fault:
            self._break(hour.fault)
        enqueue(tasks.request_due_syncs, key="due")
        with database.execute_wrapper(self._interfere):
            self._work(until)
        if not hour.lasts:
            self.simulator.clear_faults()
        self._move_to(until)
        ledger.bury_abandoned()

    # Workers

    def _work(self, until: float) -> None:
        for _ in range(_MOST_STRETCHES):
            job = self._claim()
            if job is not None:
                self._stretch(job)
                self.check()
            elif (moment := self._next_moment()) is not None and moment < until:
                self._move_to(moment)
            else:
                return
        told = (
            Job.objects.filter(queue="sync")
            .order_by("-id")
            .values_list("state", "attempts", "fence", "run_after", "last_error")
        )
        rows = SyncCollection.objects.order_by("-id").values_list("key", "state", "pages", "place")
        raise AssertionError(f"work without end at {now()}: {told[:2]} {rows[:8]}")

    def _claim(self) -> Job | None:
        with self._undisturbed():
            return ledger.claim(QUEUES, worker="test", lease=LEASE)

    def _next_moment(self) -> float | None:
        """When something can be claimed that cannot be claimed now."""
        with self._undisturbed():
            jobs = Job.objects.filter(queue__in=QUEUES)
            queued = jobs.filter(state=Job.State.QUEUED).values_list("run_after", flat=True)
            running = jobs.filter(state=Job.State.RUNNING).values_list("lease_until", flat=True)
            moments = [moment.timestamp() + 0.001 for moment in [*queued, *running] if moment]
        return max(min(moments), now().timestamp() + 0.001) if moments else None

    def _stretch(self, job: Job) -> None:
        self.stretches += 1
        try:
            run(job, context_of(job, lease=LEASE))
        except Killed:
            self.deaths += 1
        finally:
            self._is_dying = False
        if self._when_awake is not None:
            with self._undisturbed():
                assert _written(self.connection) == self._when_awake
            self._when_awake = None

    def _interfere(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self._is_elsewhere:
            return execute(sql, params, many, context)
        if self._is_dying and not sql.startswith(("ROLLBACK", "RELEASE")):
            raise Killed
        if not self._is_dying:
            self._meanwhile(sql)
        return execute(sql, params, many, context)

    def _meanwhile(self, sql: str) -> None:
        assert self.hour is not None
        self.clock.shift(0.001)
        self.statements += 1
        if change := self.hour.meanwhile.get(self.statements):
            self._happen(change)
        if self.statements in self.hour.dies_at:
            self._is_dying = True
            raise Killed
        begins = sql.startswith("SAVEPOINT") and len(database.savepoint_ids) == self._depth
        job = current()
        due = [at for at in self._naps_due if at <= self.statements]
        if due and begins and job and job.task == tasks.run_sync.module_path:
            self._naps_due.difference_update(due)
            self._oversleep()

    def _oversleep(self) -> None:
        """The lease runs out and another worker takes over: who wakes up must change nothing."""
        self.clock.shift(LEASE.total_seconds() + 1)
        job = self._claim()
        assert job is not None
        self.naps += 1
        with self._undisturbed():
            run(job, context_of(job, lease=LEASE))
            self._when_awake = _written(self.connection)

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        was, self._is_elsewhere = self._is_elsewhere, True
        try:
            yield
        finally:
            self._is_elsewhere = was

    # The organization

    def _happen(self, change: Change) -> None:
        VERBS[change.verb](self.simulator, change)
        self._note()

    def _break(self, fault: str) -> None:
        name, _, value = fault.partition("=")
        self.simulator.faults(**{name: value})

    def _note(self) -> None:
        self.versions.append((now(), truth(self.simulator)))

    def _move_to(self, moment: float) -> None:
        self.clock.move_to(max(moment, now().timestamp()), tick=False)

    # What must be true

    def check(self) -> None:
        """Each list is as it was when it was last read completely, or newer where it says more."""
        with self._undisturbed():
            check_promises(self.connection, newest=2)
            ours = inventory(self.connection)
            if not differences(ours, self.versions[-1][1]):
                return
            found = Collection.objects.select_related("resource")
            collections = {one.key: one for one in found}
        keys = {key for _, lists in self.versions for key in lists}
        for key in sorted(keys | ours.keys()):
            self._check_list(key, ours, collections.get(key))

    def _check_list(self, key: str, ours: Lists, collection: Collection | None) -> None:
        mine = ours.get(key, {})
        since = (collection and collection.complete_from) or START
        could_be = [lists.get(key, {}) for lists in self._between(since, now())]
        for row, value in mine.items():
            assert value in [one.get(row) for one in could_be], f"{key} {row} is no longer {value}"
        if collection is None or collection.completed_at is None:
            return  # what was never read completely may lack anything
        if collection.resource and collection.resource.archived_at:
            # Until the run is over; then all that people held of it is. What roles it had is still
            # known, and its keys end when the provider says that it tells nothing of them.
            if collection.kind in ("project_roles", "project_keys"):
                return
            runs = SyncRun.objects.filter(status__in=SyncRun.OPEN)
            assert not mine or runs.exists(), f"{key} outlived its project"
            return
        then = [lists.get(key, {}) for lists in self._between(since, collection.completed_at)]
        always = set.intersection(*(set(one) for one in then))
        assert always <= mine.keys(), f"{key} lacks {always - mine.keys()}"

    def _between(self, since: datetime, until: datetime) -> list[Lists]:
        """What was true at some moment of that time."""
        ends = [moment for moment, _ in self.versions[1:]] + [until]
        return [
            lists
            for (begun, lists), end in zip(self.versions, ends, strict=True)
            if begun <= until and end >= since
        ]


def _written(connection: Connection) -> object:
    """Everything that a worker may change only while the job is its own."""
    runs = SyncRun.objects.filter(connection=connection).order_by("id")
    return (
        inventory(connection),
        list(runs.values()),
        list(SyncCollection.objects.filter(run__connection=connection).order_by("id").values()),
        list(Collection.objects.filter(connection=connection).order_by("id").values()),
        SyncMark.objects.count(),
    )
