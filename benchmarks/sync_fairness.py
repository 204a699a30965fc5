"""How long a third connection and a change wait behind two slow syncs, in one worker.

    python benchmarks/sync_fairness.py [--latency-ms 400] [--rounds 5]

One worker with two threads a queue, on SQLite; the simulators run in this process.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

SLOW_USERS, LOOK_S = 20_000, 0.01


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency-ms", type=float, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="tenure-bench-"))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tenure.config.settings",
            "TENURE_HOME": home,
            "TENURE_LOG_LEVEL": "ERROR",
            "TENURE_PROVIDER_HOSTS_ALLOW": "127.0.0.1",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _run(options, stack)


def _run(options: argparse.Namespace, stack: ExitStack) -> None:
    from tenure.inventory.operations.request_sync import request_sync
    from tenure.inventory.tests.hours import connected
    from tenure.jobs import schedules
    from tenure.jobs.models import Job
    from tenure.jobs.worker import Worker
    from tenure.simulator.openai.running import running_simulator
    from tenure.testing.cast import actor_of

    sizes = [("slow", SLOW_USERS, options.latency_ms), ("slower", SLOW_USERS, options.latency_ms)]
    simulators = [
        stack.enter_context(running_simulator(seed=seed, users=users, latency_ms=latency))
        for seed, users, latency in [*sizes, ("quick", 5, 0)]
    ]
    slow, slower, quick = (connected(one, requests_per_minute=None) for one in simulators)
    Job.objects.all().delete()
    schedules.declared.clear()
    long = [request_sync(connection_ref=c.ref, actor=actor_of("ada")) for c in (slow, slower)]
    worker = Worker(concurrency=2)
    threading.Thread(target=worker.run, daemon=True).start()
    _until(lambda: all(_again(run).pages for run in long))
    rounds = [_round(quick, number) for number in range(options.rounds)]
    still = sum(_again(run).status == "running" for run in long)
    worker.stop()
    print(f"{still} of 2 slow syncs were still reading")
    told = ("a change is done", "a third sync begins", "a third sync is through")
    for what, numbers in zip(told, zip(*rounds, strict=True), strict=True):
        print(f"{what} after {statistics.median(numbers):.2f} s, at most {max(numbers):.2f} s")


def _round(quick: object, number: int) -> tuple[float, float, float]:
    """Seconds until a change was done, until a quick sync began, and until it was through."""
    from tenure.inventory.operations.request_sync import request_sync
    from tenure.jobs import enqueue
    from tenure.jobs.tests import work
    from tenure.testing.cast import actor_of

    run, asked = request_sync(connection_ref=quick.ref, actor=actor_of("ada")), time.monotonic()
    enqueue(work.remove, name=number)
    _until(lambda: number in work.said)
    changed = time.monotonic() - asked
    _until(lambda: _again(run).status == "complete")
    through = time.monotonic() - asked
    return changed, (_again(run).started_at - run.queued_at).total_seconds(), through


def _again(run: object) -> object:
    run.refresh_from_db()
    return run


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(LOOK_S)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
