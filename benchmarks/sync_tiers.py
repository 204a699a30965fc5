"""How old each tier gets when an interval cannot hold all lists: six hours, in some minutes.

    python benchmarks/sync_tiers.py [--projects 300] [--hours 6]

The default budget against the simulator, with a clock that jumps to whatever comes next; on SQLite.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=300)
    parser.add_argument("--hours", type=float, default=6.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tenure-bench-") as home:
        _start_django(home)
        _run(options)


def _start_django(home: str) -> None:
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


def _run(options: argparse.Namespace) -> None:
    from tenure.inventory.tests.hours import connected, live_through
    from tenure.simulator.openai.running import running_simulator

    size = {"users": options.projects + 20, "projects": options.projects, "members": 4}
    with running_simulator(**size) as openai:
        connection, began, cpu = connected(openai), time.monotonic(), time.process_time()
        told = live_through(connection, hours=options.hours)
    print(
        f"{told.lists} lists below projects and groups, {told.unread} of them never read, ", end=""
    )
    print(f"in {options.hours} h")
    print(f"identity tier: at most {told.identity_age:.1f} min old, interval 30 min")
    print(f"all lists read once after {told.first_read:.1f} min, promised {told.promised:.0f} min")
    print(f"longest between two readings of a list: {told.between:.1f} min")
    print(f"{told.jobs} jobs, {time.process_time() - cpu:.0f} CPU s with the simulator's, ", end="")
    print(f"{time.monotonic() - began:.0f} s")
    for run in told.runs:
        took = run.finished_at and run.finished_at - run.started_at
        print(f"  {run.status:9} {run.requests:4} of {run.planned_requests:4} requests, {took}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
