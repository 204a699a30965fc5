"""A worker: threads for each queue, one clock, one heartbeat. Any number may share a database."""

from __future__ import annotations

import gc
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from tenure.jobs import ledger, schedules, wakeup
from tenure.jobs.context import LEASE, JobContext
from tenure.jobs.models import Job
from tenure.jobs.running import context_of, run
from tenure.jobs.sweep import sweep
from tenure.lib.clock import now

log = structlog.get_logger(__name__)

QUEUES: tuple[str, ...] = tuple(settings.TASKS["default"]["QUEUES"])
_GRACE = 8.0  # seconds for running jobs when asked to stop; whoever asked waits ten


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do again and again beside the jobs, `every` so many seconds."""

    call: Callable[[], object]
    every: float = 1.0


@dataclass
class Worker:
    """Claims and runs jobs until told to stop.

    Each queue has threads of its own, so a long sync never delays a removal. `chores` come from
    parts of the product that this one may not know.
    """

    concurrency: int = 2
    chores: Iterable[Chore] = ()
    lease: timedelta = LEASE
    poll: float = 0.5
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:60]}:{os.getpid()}")

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._work = {queue: threading.Event() for queue in QUEUES}
        self._held: dict[int, JobContext] = {}
        self._threads: list[threading.Thread] = []
        self._asked_to_stop = False

    def run(self) -> None:
        """Work until `stop`, then give running jobs a few seconds.

        What is still running then can be claimed by others when its lease has passed.
        """
        # What is loaded now stays: a collection that visits all of it takes a tenth of a second.
        gc.freeze()
        for queue in QUEUES:
            for number in range(self.concurrency):
                self._start(f"{queue}-{number + 1}", self._serve, queue)
        beat = self.lease.total_seconds() / 4
        self._start("heartbeat", self._repeat, Chore(self._renew_leases, beat))
        self._start("schedules", self._repeat, Chore(schedules.fire_due))
        self._start("sweep", self._repeat, Chore(sweep, 10))
        for chore in self.chores:
            self._start("chore", self._repeat, chore)
        self._watch()
        self._drain()

    def stop(self) -> None:
        """Claim nothing more. Safe to call from a signal handler: it only sets a flag."""
        self._asked_to_stop = True

    def _start(self, name: str, target: Callable[..., None], *args: object) -> None:
        # Daemons, because a task that does not return must not keep the process alive.
        thread = threading.Thread(target=target, args=args, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _watch(self) -> None:
        """Wake the threads of queues with work: when told so, and by looking every `poll`."""
        with wakeup.Listener() as listener:
            while not self._asked_to_stop:
                for queue in self._look():
                    self._work[queue].set()
                listener.wait(self.poll)

    def _look(self) -> set[str]:
        try:
            return ledger.queues_with_work(now()) & set(QUEUES)
        except (DatabaseError, InterfaceError) as error:
            _lost_database(error)
            return set()

    def _serve(self, queue: str) -> None:
        while not self._stopping.is_set():
            self._work[queue].wait()
            self._work[queue].clear()
            try:
                while not self._asked_to_stop and (job := self._claim(queue)):
                    self._run(job)
            except (DatabaseError, InterfaceError) as error:
                _lost_database(error)
        connection.close()

    def _claim(self, queue: str) -> Job | None:
        return ledger.claim([queue], worker=self.name, lease=self.lease)

    def _run(self, job: Job) -> None:
        context = context_of(job, lease=self.lease)
        self._held[job.pk] = context
        try:
            run(job, context)
        finally:
            self._held.pop(job.pk, None)
            close_old_connections()

    def _renew_leases(self) -> None:
        for context in list(self._held.values()):
            if not ledger.renew(context):
                log.warning("job.taken_over", job=str(context.ref), task=context.task)

    def _repeat(self, chore: Chore) -> None:
        while not self._stopping.is_set():
            try:
                chore.call()
            except (DatabaseError, InterfaceError) as error:
                _lost_database(error)
            except Exception:  # the next round may well succeed
                log.exception("chore.failed", chore=chore.call.__qualname__)
            self._stopping.wait(chore.every)
        connection.close()

    def _drain(self) -> None:
        deadline = time.monotonic() + _GRACE
        self._stopping.set()
        for event in self._work.values():
            event.set()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        connection.close()


def _lost_database(error: Exception) -> None:
    log.warning("database.lost", error=type(error).__name__)
    connection.close()
    time.sleep(1)
