"""Doing background work from the command line, so that a command needs no server beside it.

The work goes through the ledger like any other: a worker that serves already may take it as well,
and whoever is first does it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_IDLE_S = 0.2


@contextmanager
def working(queues: Sequence[str]) -> Iterator[None]:
    """Run due jobs of these queues beside the block, and what they lead to before leaving it."""
    over, thread = threading.Event(), threading.Thread
    worker = thread(target=_work, args=(queues, over), name="working", daemon=True)
    worker.start()
    yield
    # Only when all went well: whoever presses Ctrl-C does not want to wait.
    over.set()
    worker.join()


def _work(queues: Sequence[str], over: threading.Event) -> None:
    from django.db import connection

    from tenure.jobs import ledger
    from tenure.jobs.context import LEASE
    from tenure.jobs.running import context_of, run

    try:
        while True:
            job = ledger.claim(queues, worker=f"cli:{os.getpid()}", lease=LEASE)
            if job is not None:
                context = context_of(job, lease=LEASE)
                with _heartbeat(context):
                    run(job, context)
            elif over.wait(_IDLE_S):
                return
    finally:
        connection.close()


@contextmanager
def _heartbeat(context) -> Iterator[None]:  # type: ignore[no-untyped-def] # noqa: ANN001 - loads late
    """Keep the job ours while it runs."""
    done = threading.Event()

    def beat() -> None:
        from django.db import connection

        from tenure.jobs import ledger

        while not done.wait(context.lease.total_seconds() / 4):
            ledger.renew(context)
        connection.close()

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
