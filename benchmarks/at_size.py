"""What linking and all tests take of ten times as many accounts, and whether memory grows.

    python benchmarks/at_size.py [--users 1000000] [--database postgres]

A tenth of so many people and all of them, with an account each that nobody has linked yet. One
person in a hundred has left, one account in fifty is a stranger's, and for ten accounts there is a
key, a place in a project and one in a group. Accounts are linked until nothing is left to link; all
tests are run, and run again when nothing has changed. Each of it in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from harness.counting import count_writes, written
from harness.crowd import arrive, employ, give_keys, group
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

PROMISED_TIMES, PROMISED_MB = 1.3, {"sqlite": 140, "postgres": 64}
PROMISED_QUESTIONS = 12  # for each thousand accounts
STEPS = {"linking": "link", "first run of all tests": "tests", "unchanged run": "tests"}
TIMES, SMALL, THOUSAND = 10, 300, 1000


@dataclass(frozen=True)
class Took:
    """One piece of work; `came` are two numbers of what it did."""

    cpu: float
    wall: float
    mb: float
    questions: int
    came: list[int]


def main() -> None:
    on_each_database(arguments(__doc__, users=1_000_000), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    house = House(options.database, stack)
    house.connect([])
    house.make("small")
    with house.database("small"):
        furnish(SMALL)
    sizes = options.users // TIMES, options.users
    took: dict[tuple[str, int], Took] = {}
    rows: dict[int, int] = {}
    for users in sizes:
        house.make("crowd")
        with house.database("crowd"):
            furnish(users)
        instant = time.time()
        for step, work in STEPS.items():
            if step == "unchanged run":
                with house.database("crowd"):
                    count_writes("compliance")
            took[step, users] = in_a_process(house, work, instant)
            print(f"{users:,}, {step}: {took[step, users]}", flush=True)
        with house.database("crowd"):
            rows[users] = sum(written().values())
    report(options, sizes, took, rows)


def furnish(users: int) -> None:
    connection = arrive(users, one_leaver_in=100, one_stranger_in=50)
    employ(connection, users // TIMES, projects=20)
    group(connection, users // TIMES, groups=20)
    give_keys(connection, users // TIMES)


def in_a_process(house: House, work: str, instant: float) -> Took:
    child = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "harness.size_child", work, house.address("crowd"), str(instant)],
        env={**os.environ, **house.environment("small")},
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        check=True,
    )
    return Took(**json.loads(child.stdout))


def report(
    options: argparse.Namespace,
    sizes: tuple[int, int],
    took: dict[tuple[str, int], Took],
    rows: dict[int, int],
) -> None:
    few, many = sizes
    told = Report(
        f"{few:,} and {many:,} accounts, {NAMES[options.database]}",
        head=(f"{few:,}", f"{many:,}", f"÷ {TIMES}"),
    )
    names = {"cpu": "CPU s", "wall": "wall s", "questions": "questions", "mb": "MB over idle"}
    for what, name in names.items():
        for step in STEPS:
            one, other = (getattr(took[step, users], what) for users in sizes)
            times = None if what == "mb" else other / max(one, 1e-9) / TIMES
            told.line(f"{step}, {name}", one, other, times)
    for step, both in zip(STEPS, ("linked, suggested", *["opened, resolved"] * 2), strict=True):
        for number, name in enumerate(both.split(", ")):
            one, other = (took[step, users].came[number] for users in sizes)
            told.line(f"{step}, {name}", one, other, None)
    told.line("unchanged run, rows written", rows[few], rows[many], None)
    for step in STEPS:
        times = took[step, many].cpu / took[step, few].cpu / TIMES
        told.promise(f"CPU of {TIMES} times as many over {TIMES}, {step}", times, PROMISED_TIMES)
        told.promise(f"MB over idle, {step}", took[step, many].mb, PROMISED_MB[options.database])
    linking = took["linking", many].questions / (many / THOUSAND)
    told.promise(
        "questions a thousand accounts, linking", linking, PROMISED_QUESTIONS, is_exact=True
    )
    told.promise("rows written by an unchanged run", rows[many], 0, is_exact=True)
    told.finish()


if __name__ == "__main__":
    main()
