"""How long `tenure scan` takes from the shell, and where the time goes.

    python benchmarks/scan.py [--users 10000] [--projects 20] [--members 50] [--rounds 3]

Everything is counted, also starting Python and making the database in memory. Of the people in the
file one of a hundred has left and one of fifty accounts belongs to nobody. The limit is the longest
list alone, read from a bare socket.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from harness import limits
from harness.company import Company, Size
from harness.report import Report

PROMISED_WALL = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("users", 10_000), ("projects", 20), ("members", 50), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    with ExitStack() as stack:
        company = Company(Size(options.users, options.projects, options.members), stack)
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (directory / "key").write_text(company.key)
        _write_people(directory / "people.csv", company)
        bare = limits.BareReader(company)
        began = time.monotonic()
        bare.read(["/v1/organization/users?limit=100"])
        longest = time.monotonic() - began
        bare.close()
        rounds = [_scan(company, directory) for _ in range(options.rounds)]
    walls, cpus = [wall for wall, _ in rounds], [cpu for _, cpu in rounds]
    report = Report(
        f"{options.users:,} users and as many people, {options.projects:,} projects with"
        f" {options.members:,} members, {options.rounds} rounds"
    )
    report.row("a scan, wall s", limit=longest, tenure=walls)
    report.row("a scan, CPU s", tenure=cpus)
    report.promise("wall seconds of a scan", sorted(walls)[len(walls) // 2], PROMISED_WALL)
    report.finish()


def _write_people(path: Path, company: Company) -> None:
    with path.open("w", newline="") as file:
        people = csv.writer(file)
        people.writerow(["email", "name", "start_date", "end_date"])
        for number, user in enumerate(company.users()):
            if number % 50:
                left = "2026-01-31" if number % 100 == 1 else ""
                people.writerow([user["email"], user["name"], "2020-01-01", left])


def _scan(company: Company, directory: Path) -> tuple[float, float]:
    """Wall and CPU seconds of one whole process."""
    words = ["scan", "openai", "--people", "people.csv", "--api-key-file", "key", "--json"]
    environment = os.environ | {"TENURE_PROVIDER_HOSTS_ALLOW": "127.0.0.1"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ended = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "tenure", *words, "--base-url", company.url],
        cwd=directory,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if ended.returncode != 1:
        sys.exit(f"The scan ended with {ended.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, cpu


if __name__ == "__main__":
    main()
