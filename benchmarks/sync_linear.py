"""Whether a sync of ten times as many accounts takes ten times as much, and no more memory.

    python benchmarks/sync_linear.py [--users 1000000] [--database postgres]

First, unchanged and with 1 % churn, for a tenth of the users and for all of them: CPU, memory over
idle, requests and questions to the database, of which some come by the clock: what waits is merged
each second. And the list of accounts at its deepest page.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pages
from harness import product
from harness.clocks import clear_peak, cost_of, memory_kb
from harness.company import Company, Size
from harness.house import ADA, House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

PROMISED_TIMES, PROMISED_DEEP = 1.2, 1.5  # of what ten times as much would be; of the first page
PROMISED_MB = {"sqlite": 140, "postgres": 64}
STEPS = ("first", "unchanged", "1 % churn")
TIMES = 10


@dataclass(frozen=True)
class Took:
    """One sync."""

    cpu: float
    mb: float
    requests: int
    questions: int


def main() -> None:
    on_each_database(arguments(__doc__, users=1_000_000), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    sizes = (options.users // TIMES, options.users)
    companies = [Company(Size(n, 0, 0), stack, seed=f"bench{n}") for n in sizes]
    house, small = House(options.database, stack), Company(Size(300, 0, 0), stack, seed="small")
    house.connect([small, *companies])
    took: dict[tuple[str, int], Took] = {}
    deep: dict[int, float | None] = {}
    for company in companies:
        users = company.size.users
        house.make("linear")
        with house.database("linear"):
            for _ in range(2):
                product.sync(small)  # a worker's connection has been used before
            idle = memory_kb("VmRSS")
            for step in STEPS:
                if step == "1 % churn":
                    company.churn(users // 100)
                took[step, users] = _sync(company, idle)
                print(f"{users:,}, {step}: {took[step, users]}", flush=True)
            deep[users] = _deepest()
            print(f"{users:,}, deepest page ÷ first: {deep[users]}", flush=True)
    _report(options, sizes, took, deep)


def _sync(company: Company, idle: int) -> Took:
    from django.db import connection

    asked = 0

    def count(execute: Callable[..., object], *given: Any) -> object:  # noqa: ANN401 - a wrapper's
        nonlocal asked
        asked += 1
        return execute(*given)

    company.forget_requests()
    clear_peak()
    with connection.execute_wrapper(count):
        cost = cost_of(lambda: product.sync(company))
    peak = memory_kb("VmHWM")
    return Took(cost.cpu, (peak - idle) / 1024, len(company.requests()), asked)


def _deepest() -> float | None:
    from django.test import Client

    from tenure.testing.cast import user_of

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user_of(ADA))
    return pages.ask(client, ADA, "/accounts", times=10).deepest


def _report(
    options: argparse.Namespace,
    sizes: tuple[int, int],
    took: dict[tuple[str, int], Took],
    deep: dict[int, float | None],
) -> None:
    few, many = sizes
    report = Report(
        f"{few:,} and {many:,} users, {NAMES[options.database]}",
        head=(f"{few:,}", f"{many:,}", f"÷ {many // few}"),
    )
    for what in ("cpu", "requests", "questions", "mb"):
        for step in STEPS:
            one, other = (getattr(took[step, users], what) for users in sizes)
            report.line(f"{step}, {what}", one, other, other / max(one, 1e-9) / TIMES)
    report.line("/accounts, deepest page ÷ first", deep[few], deep[many], None)
    for step in STEPS:
        times = took[step, many].cpu / took[step, few].cpu / TIMES
        report.promise(f"CPU of {TIMES} times as many over {TIMES}, {step}", times, PROMISED_TIMES)
        asked = took[step, many].questions / took[step, few].questions / TIMES
        report.promise(f"questions of the same, {step}", asked, PROMISED_TIMES)
        report.promise(f"MB over idle, {step}", took[step, many].mb, PROMISED_MB[options.database])
    report.promise("/accounts, deepest page ÷ first", deep[many] or 0, PROMISED_DEEP)
    report.finish()


if __name__ == "__main__":
    main()
