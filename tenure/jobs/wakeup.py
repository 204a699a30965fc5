"""Waking workers at once on PostgreSQL; elsewhere, and when a word is lost, they poll."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import psycopg
import structlog
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tenure.jobs.models import Job
from tenure.lib.clock import now

log = structlog.get_logger(__name__)

CHANNEL = "tenure_jobs"
_POLL_BESIDE_LISTENING = 1.0


def announce(job: Job) -> None:
    """Tell listening workers, when the caller's transaction commits, that a queue has work."""
    if connection.vendor != "postgresql" or job.run_after > now():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


class Listener:
    """Waits for the word that there may be work, on a connection of its own."""

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def wait(self, poll: float) -> None:
        """Return when told, or after `poll` seconds where nobody can tell."""
        if connection.vendor != "postgresql":
            time.sleep(poll)
            return
        try:
            self._listen(_POLL_BESIDE_LISTENING)
        except (psycopg.Error, DatabaseError, InterfaceError) as error:
            log.warning("wakeup.lost", error=type(error).__name__)
            self._hang_up()
            time.sleep(poll)

    def _listen(self, longest: float) -> None:
        if self._connection is None:
            self._connection = connections.create_connection(DEFAULT_DB_ALIAS)
            with self._connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            return  # something may have been announced just before; look once
        for _ in self._connection.connection.notifies(timeout=longest, stop_after=1):
            pass

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
