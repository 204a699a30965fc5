"""How much memory a sync takes over what its process takes anyway, by the number of accounts.

    python benchmarks/sync_memory.py [--users 100000]

Each cell is the peak of a fresh process over its idle size after imports and a small sync; also for
a tenth and a hundredth of the users, to show the shape. PostgreSQL's own processes are not in it.
The limit reads the same pages from a socket and keeps none.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from harness.company import Company, Size
from harness.report import Report
from harness.run import NAMES, Warm, arguments, on_each_database

PROMISED_MB = {"sqlite": 140, "postgres": 60}
WHO = ("limit", "naive", "tenure")
STEPS = ("first", "unchanged")


def main() -> None:
    options = arguments(__doc__, users=100_000, projects=0, members=0, rounds=1)
    on_each_database(options, measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    sizes = [max(1, options.users // part) for part in (100, 10, 1)]
    companies = [
        Company(Size(users, options.projects, options.members), stack, seed=f"bench{users}")
        for users in sizes
    ]
    warm = Warm(options.database, companies, stack)
    report = Report(
        f"{options.projects:,} projects with {options.members:,} members, "
        f"{NAMES[options.database]}: peak over idle, MB",
        # Of a limit that keeps nothing, any multiple would be large.
        has_ratios=False,
    )
    peaks = {
        (who, company.size.users): _in_a_child(warm, who, company)
        for company in companies
        for who in WHO
    }
    for step in STEPS:
        for users in sizes:
            report.row(f"{users:,} users, {step}", **{who: peaks[who, users][step] for who in WHO})
    report.row("idle", **{who: peaks[who, options.users]["idle"] for who in WHO})
    for step in STEPS:
        peak = peaks["tenure", options.users][step]
        report.promise(f"MB over idle, {step}", peak, PROMISED_MB[options.database])
    report.finish()


def _in_a_child(warm: Warm, who: str, company: Company) -> dict[str, float]:
    """MB by step."""
    warm.make("child")
    task = {"who": who, "small": warm.small.address(), "company": company.address()}
    answer = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "harness.memory_child", json.dumps(task)],
        env=os.environ | warm.house.environment("child"),
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        check=True,
    )
    return {name: kb / 1024 for name, kb in json.loads(answer.stdout).items()}


if __name__ == "__main__":
    main()
