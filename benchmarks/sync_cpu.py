"""What a sync costs in CPU, requests and rows: first, unchanged, and with 1 % churn.

    python benchmarks/sync_cpu.py [--users 10000] [--projects 100] [--members 100] [--rounds 5]

No latency and no request budget. The limit reads the same bytes from a socket and copies the same
rows into tables without an index. The naive sync reads users, invites, projects and members only.
Counters come from a round of their own, which is not timed.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass

from harness import limits, naively, product
from harness.clocks import cost_of
from harness.company import Company, Size, kinds_of, lists_of
from harness.counting import count_writes, written
from harness.report import Report
from harness.run import NAMES, Warm, arguments, on_each_database

PROMISED_FIRST_CPU_S = 1.5  # 10,000 users, 10,000 members and 526 other lists on SQLite
PROMISED_REQUESTS = 1.05  # times the fewest possible
STEPS = ("first", "unchanged", "1 % churn")

Seconds = dict[tuple[str, str], list[float]]


@dataclass(frozen=True)
class Counted:
    """Exact numbers of one step."""

    requests: int
    fewest: int
    written: dict[str, int]
    kinds: dict[str, int]
    lists: list[str]


def main() -> None:
    options = arguments(__doc__, users=10_000, projects=100, members=100, rounds=5)
    on_each_database(options, measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    company = Company(Size(options.users, options.projects, options.members), stack)
    warm = Warm(options.database, [company], stack)
    counted = _counted(warm, company)
    seconds: Seconds = defaultdict(list)
    for _ in range(options.rounds):
        _timed_round(warm, company, counted["first"], seconds)
    _per_row(warm, company, counted["first"], seconds)
    _report(options, counted, seconds)


def _counted(warm: Warm, company: Company) -> dict[str, Counted]:
    counted = {}
    warm.make("counted")
    with warm.house.database("counted"):
        count_writes()
        for step in STEPS:
            if step == "1 % churn":
                company.churn(company.size.users // 100)
            company.forget_requests()
            product.sync(company)
            asked = company.requests()
            lists = lists_of(asked)
            counted[step] = Counted(
                requests=len(asked),
                fewest=sum(limits.pages_of(company, lists).values()),
                written=written(),
                kinds=kinds_of(asked),
                lists=lists,
            )
    return counted


def _timed_round(warm: Warm, company: Company, counted: Counted, seconds: Seconds) -> None:
    """Everybody in turn at every step, so that the machine's noise meets all of them."""
    warm.make("product", "naive")
    with warm.house.database("naive"):
        naively.create_tables()
    _limit(warm, company, counted, seconds)
    for step in STEPS:
        if step == "1 % churn":
            company.churn(company.size.users // 100)
        came, fetching = naively.read(company, counted.kinds)
        with warm.house.database("naive"):
            naively.prime()
            seconds["naive", step].append(fetching.cpu + naively.store_in_bulk(came).cpu)
        with warm.house.database("product"):
            warm.prime()
            seconds["tenure", step].append(cost_of(lambda: product.sync(company)).cpu)


def _per_row(warm: Warm, company: Company, counted: Counted, seconds: Seconds) -> None:
    """Once and on a sample: it is so far off that more would only take time."""
    came, fetching = naively.read(company, counted.kinds)
    warm.make("per_row")
    with warm.house.database("per_row"):
        naively.create_tables()
        naively.prime()
        for step in ("first", "unchanged"):
            seconds["per row", step].append(fetching.cpu + naively.store_per_row(came))


def _limit(warm: Warm, company: Company, counted: Counted, seconds: Seconds) -> None:
    """The same bytes from a socket, and the same rows into bare tables."""
    with warm.house.database("warm"):
        warm.prime()
        bare = limits.BareReader(company)
        reading = cost_of(lambda: bare.read(counted.lists)).cpu
        bare.close()
        fetching = cost_of(lambda: product.fetch_only(company)).cpu
        rows = limits.tables(product.pages(company))
        limits.drop_copy(rows)
        copying = cost_of(lambda: limits.raw_copy(rows)).cpu
    seconds["limit", "fetch"].append(reading)
    seconds["tenure", "fetch"].append(fetching)
    seconds["limit", "sync"].append(reading + copying)


def _report(options: argparse.Namespace, counted: dict[str, Counted], seconds: Seconds) -> None:
    first = counted["first"]
    report = Report(
        f"{options.users:,} users, {options.projects:,} projects with {options.members:,} members, "
        f"{NAMES[options.database]}, {options.rounds} rounds; read: {_told(first.kinds)}"
    )
    report.row(
        "fetch only, CPU s", limit=seconds["limit", "fetch"], tenure=seconds["tenure", "fetch"]
    )
    for step in STEPS:
        report.row(
            f"{step}, CPU s",
            limit=seconds["limit", "sync"],
            per_row=seconds["per row", step] or None,
            naive=seconds["naive", step],
            tenure=seconds["tenure", step],
        )
    for step in STEPS:
        one = counted[step]
        report.row(f"{step}, requests", limit=one.fewest, tenure=one.requests)
    for step in STEPS:
        report.row(f"{step}, rows written", tenure=sum(counted[step].written.values()))
    # Noise only adds, so the least of the rounds is what the work itself costs.
    first_s = min(seconds["tenure", "first"])
    if options.database == "sqlite":
        report.promise(
            "CPU seconds of the first sync, least of the rounds", first_s, PROMISED_FIRST_CPU_S
        )
    for step in STEPS:
        one = counted[step]
        most = PROMISED_REQUESTS * one.fewest
        report.promise(f"requests, {step}", one.requests, most, is_exact=True)
    unchanged = sum(counted["unchanged"].written.values())
    report.promise("rows written by an unchanged sync", unchanged, 0, is_exact=True)
    report.finish()


def _told(kinds: dict[str, int]) -> str:
    return ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items()))


if __name__ == "__main__":
    main()
