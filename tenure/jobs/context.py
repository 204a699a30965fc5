"""What a running task may know and ask about the job it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from tenure.lib.actor import Actor

LEASE = timedelta(seconds=60)


class StaleFence(Exception):
    """Another worker has taken this job over; whatever is not committed must not be."""


class WorkerDied(Exception):
    """The worker vanished in mid-job, again and again."""


class Retry(Exception):
    """Come back in `after` seconds; it counts as no failure (a provider's Retry-After)."""

    def __init__(self, after: float, reason: str) -> None:
        super().__init__(reason)
        self.after = timedelta(seconds=after)


@dataclass(frozen=True)
class JobContext:
    """The job that is running in this thread."""

    id: int
    ref: UUID
    task: str
    attempt: int
    fence: int
    lease: timedelta = LEASE

    @cached_property
    def actor(self) -> Actor:
        """The job as an actor: it may do everything, under its own name."""
        permissions = import_string(settings.TENURE_JOB_PERMISSIONS)
        return Actor("job", str(self.ref), self.task.rpartition(".")[2], permissions=permissions)

    def heartbeat(self) -> None:
        """Renew the lease. The worker does it too; raises StaleFence when the job is not ours."""
        from tenure.jobs import ledger

        if not ledger.renew(self):
            raise StaleFence(f"job {self.ref} was taken over from fence {self.fence}")

    def check_fence(self) -> None:
        """Raise StaleFence when the job is no longer ours; inside a transaction, keep it ours."""
        from tenure.jobs import ledger

        if not ledger.hold(self):
            raise StaleFence(f"job {self.ref} was taken over from fence {self.fence}")


_current: ContextVar[JobContext | None] = ContextVar("tenure_job", default=None)


def current() -> JobContext | None:
    """The job this thread is running; None outside one."""
    return _current.get()


@contextmanager
def running(context: JobContext) -> Iterator[None]:
    """Everything inside is done by this job."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def others_wait() -> bool:
    """Whether a job of this job's queue is due and no thread has taken it; False outside a job."""
    from tenure.jobs import ledger

    context = current()
    return context is not None and ledger.is_waited_for(context)


def progressed() -> None:
    """Some of a long job is done for good, so only what happens from now on counts against it.

    For jobs that go on where they stopped; in the transaction that keeps what was done.
    """
    from tenure.jobs import ledger

    if context := current():
        ledger.progressed(context)


@contextmanager
def fenced() -> Iterator[None]:
    """A transaction that commits only while the job is ours; outside a job, any transaction.

    The job's row stays locked until the end, so nobody can take the job over before the commit.
    """
    with transaction.atomic():
        if context := current():
            context.check_fence()
        yield
