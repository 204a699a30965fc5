"""How fast the ledger wakes, works and rests, on both databases in one run.

python benchmarks/jobs.py [JOBS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

SAMPLES = 40
started_at: list[float] = []


def touch() -> None:
    """The job: only notes that it began."""
    started_at.append(time.perf_counter())


def measure(jobs: int) -> dict[str, str]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django_tasks import task

    from tenure.jobs import enqueue, schedules
    from tenure.jobs.models import Job
    from tenure.jobs.worker import Worker

    call_command("migrate", verbosity=0)
    schedules.declared.clear()

    # A task can be made only now, and is found by its module-level name.
    globals()["touch"] = work = task(queue_name="act")(touch)

    begun = time.perf_counter()
    for _ in range(jobs):
        with transaction.atomic():
            enqueue(work)
    enqueued = jobs / (time.perf_counter() - begun)

    worker = Worker()
    thread = threading.Thread(target=worker.run)
    begun = time.perf_counter()
    thread.start()
    while Job.objects.exclude(state="done").exists():
        time.sleep(0.05)
    worked = jobs / (time.perf_counter() - begun)

    waits = []
    for _ in range(SAMPLES):
        time.sleep(0.1)
        started_at.clear()
        begun = time.perf_counter()
        enqueue(work)
        while not started_at:
            time.sleep(0.001)
        waits.append((started_at[0] - begun) * 1000)
    used = time.process_time()
    time.sleep(5)
    idle = (time.process_time() - used) / 5 * 100
    worker.stop()
    thread.join()
    return {
        "database": connection.vendor,
        "enqueued per second": f"{enqueued:.0f}",
        "done per second": f"{worked:.0f}",
        "wake-up, median ms": f"{median(waits):.0f}",
        "wake-up, worst ms": f"{max(waits):.0f}",
        "idle CPU %": f"{idle:.1f}",
    }


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    if "BENCHMARK_DATABASE" not in os.environ:
        sys.path.insert(0, str(Path(__file__).parents[1]))
        from tenure.testing.postgres import throwaway_cluster

        for url in ("", throwaway_cluster().url):
            subprocess.run(  # noqa: S603 - this very file
                [sys.executable, __file__, str(jobs)],
                env={**os.environ, "BENCHMARK_DATABASE": url},
                check=True,
            )
        return
    os.environ["TENURE_HOME"] = tempfile.mkdtemp()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenure.config.settings"
    os.environ["TENURE_LOG_LEVEL"] = "WARNING"
    if url := os.environ["BENCHMARK_DATABASE"]:
        os.environ["TENURE_DATABASE_URL"] = url
    for name, value in measure(jobs).items():
        print(f"{name:22} {value}")
    print()


if __name__ == "__main__":
    main()
