"""How long a sync takes when every answer takes 50 ms, against the longest chain of pages.

    python benchmarks/sync_wall.py [--users 10000] [--projects 100] [--members 100] [--rounds 3]

A page can be asked for only when the one before is here, a project's members only when the project
is known: the longest such chain, times the latency, is what nobody can go below. Next to it stands
what a bare socket needs for the longest list alone, and what the connector needs to read all lists
one after the other and keep nothing.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from contextlib import ExitStack

from harness import limits, naively, product
from harness.clocks import cost_of
from harness.company import Company, Size, kinds_of, lists_of, longest_chain
from harness.report import Report, ratio
from harness.run import NAMES, Warm, arguments, on_each_database

LATENCY_MS = 50
PROMISED_WALL = 1.10  # times what a bare socket needs for the longest list alone
STEPS = ("first", "unchanged")

Seconds = dict[tuple[str, str], list[float]]


def main() -> None:
    options = arguments(__doc__, users=10_000, projects=100, members=100, rounds=3)
    on_each_database(options, measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    size = Size(options.users, options.projects, options.members)
    company = Company(size, stack, latency_ms=LATENCY_MS)
    warm = Warm(options.database, [company], stack)
    seconds: Seconds = defaultdict(list)
    for _ in range(options.rounds):
        needed = _round(warm, company, seconds)
    chain = longest_chain(needed)
    limit = chain * LATENCY_MS / 1000
    report = Report(
        f"{options.users:,} users, {options.projects:,} projects with {options.members:,} members, "
        f"{LATENCY_MS} ms each answer, {NAMES[options.database]}, {options.rounds} rounds; "
        f"longest chain {chain:,} of {sum(needed.values()):,} pages"
    )
    report.row("the longest list, wall s", limit=seconds["bare", ""])
    report.row("fetch only, wall s", limit=limit, tenure=seconds["fetch", ""])
    for step in STEPS:
        report.row(
            f"{step}, wall s",
            limit=limit,
            naive=seconds["naive", step],
            tenure=seconds["tenure", step],
        )
    for step in STEPS:
        over = ratio(seconds["tenure", step], seconds["bare", ""])
        report.promise(f"wall of a sync ÷ the longest list alone, {step}", over, PROMISED_WALL)
    report.finish()


def _round(warm: Warm, company: Company, seconds: Seconds) -> dict[str, int]:
    """Everybody in turn; returns the pages that were needed of each list."""
    needed: dict[str, int] = {}
    warm.make("product", "naive")
    with warm.house.database("naive"):
        naively.create_tables()
    for step in STEPS:
        with warm.house.database("product"):
            warm.prime()
            company.forget_requests()
            seconds["tenure", step].append(cost_of(lambda: product.sync(company)).wall)
        asked = company.requests()
        needed = limits.pages_of(company, lists_of(asked))
        came, fetching = naively.read(company, kinds_of(asked))
        with warm.house.database("naive"):
            naively.prime()
            seconds["naive", step].append(fetching.wall + naively.store_in_bulk(came).wall)
    with warm.house.database("product"):
        seconds["fetch", ""].append(cost_of(lambda: product.fetch_only(company)).wall)
    bare = limits.BareReader(company)
    longest = max(needed, key=needed.__getitem__)
    seconds["bare", ""].append(cost_of(lambda: bare.read([longest])).wall)
    bare.close()
    return needed


if __name__ == "__main__":
    main()
