"""What it costs to find that nothing changed, or 1 %, among many accounts.

    python benchmarks/sync_unchanged.py [--users 100000] [--rounds 3]

"end to end" is all of a sync's CPU; "without fetching" is that less a run of the same round which
reads and decodes every page through the connector and keeps nothing. The limit copies the same
rows, records included, into a table without an index; the naive sync compares everything in memory.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from contextlib import ExitStack

from harness import limits, naively, product
from harness.clocks import Cost, cost_of
from harness.company import Company, Size, kinds_of
from harness.counting import count_writes, written
from harness.report import Report, less, ratio
from harness.run import NAMES, Warm, arguments, on_each_database

PROMISED_UNCHANGED = 4.0  # times the raw copy
PROMISED_CHURN = 2.0  # times unchanged
STEPS = ("unchanged", "1 % churn")

Seconds = dict[tuple[str, str], list[float]]
Rows = dict[str, list[dict[str, int]]]


def main() -> None:
    options = arguments(__doc__, users=100_000, projects=0, members=0, rounds=3)
    on_each_database(options, measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    company = Company(Size(options.users, options.projects, options.members), stack)
    warm = Warm(options.database, [company], stack)
    kinds = _first(warm, company)
    with warm.house.database("warm"):
        copied = limits.tables(product.pages(company))
    seconds: Seconds = defaultdict(list)
    rows: Rows = defaultdict(list)
    read = naively.read(company, kinds)
    for _ in range(options.rounds):
        for step in STEPS:
            if step == "1 % churn":
                company.churn(company.size.users // 100)
                # Reading is dear and changes nothing: it serves the next round's "unchanged" too.
                read = naively.read(company, kinds)
            _limit(warm, company, copied, step, seconds)
            _naive(warm, read, step, seconds)
            _product(warm, company, step, seconds, rows)
    _report(options, seconds, rows)


def _first(warm: Warm, company: Company) -> set[str]:
    """Both have synced once, and from here on rows written are counted; the kinds of lists read."""
    warm.make("product", "naive")
    with warm.house.database("product"):
        warm.prime()
        company.forget_requests()
        product.sync(company)
        kinds = set(kinds_of(company.requests()))
        count_writes()
    with warm.house.database("naive"):
        naively.create_tables()
        naively.store_in_bulk(naively.read(company, kinds)[0])
    return kinds


def _limit(
    warm: Warm, company: Company, copied: list[limits.Table], step: str, seconds: Seconds
) -> None:
    with warm.house.database("warm"):
        warm.prime()
        limits.drop_copy(copied)
        seconds["limit", step].append(cost_of(lambda: limits.raw_copy(copied)).cpu)
        seconds["fetch", step].append(cost_of(lambda: product.fetch_only(company)).cpu)


def _naive(warm: Warm, read: tuple[dict, Cost], step: str, seconds: Seconds) -> None:
    came, fetching = read
    with warm.house.database("naive"):
        naively.prime()
        storing = naively.store_in_bulk(came)
    seconds["naive fetch", step].append(fetching.cpu)
    seconds["naive", step].append(fetching.cpu + storing.cpu)


def _product(warm: Warm, company: Company, step: str, seconds: Seconds, rows: Rows) -> None:
    with warm.house.database("product"):
        warm.prime()
        written()
        seconds["tenure", step].append(cost_of(lambda: product.sync(company)).cpu)
        rows[step].append(written())


def _report(options: argparse.Namespace, seconds: Seconds, rows: Rows) -> None:
    report = Report(
        f"{options.users:,} users, {options.projects:,} projects with {options.members:,} members, "
        f"{NAMES[options.database]}, {options.rounds} rounds"
    )
    kept = {step: less(seconds["tenure", step], seconds["fetch", step]) for step in STEPS}
    for step in STEPS:
        report.row(
            f"{step}, end to end, CPU s",
            naive=seconds["naive", step],
            tenure=seconds["tenure", step],
        )
    for step in STEPS:
        report.row(
            f"{step}, fetch only, CPU s",
            naive=seconds["naive fetch", step],
            tenure=seconds["fetch", step],
        )
    for step in STEPS:
        report.row(
            f"{step}, without fetching, CPU s",
            limit=seconds["limit", step],
            naive=less(seconds["naive", step], seconds["naive fetch", step]),
            tenure=kept[step],
        )
    for step in STEPS:
        report.row(f"{step}, account rows written", tenure=_most(rows[step], "inventory_account"))
        report.row(f"{step}, all rows written", tenure=_most(rows[step]))
    report.promise(
        "unchanged without fetching ÷ raw copy",
        ratio(kept["unchanged"], seconds["limit", "unchanged"]),
        PROMISED_UNCHANGED,
    )
    report.promise(
        "1 % churn ÷ unchanged, without fetching",
        ratio(kept["1 % churn"], kept["unchanged"]),
        PROMISED_CHURN,
    )
    report.promise("rows written when unchanged", _most(rows["unchanged"]), 0, is_exact=True)
    changed = 3 * max(1, options.users // 100 // 3)
    churned = _most(rows["1 % churn"], "inventory_account")
    report.promise("account rows written by 1 % churn", churned, changed, is_exact=True)
    report.finish()


def _most(rounds: list[dict[str, int]], table: str = "") -> int:
    """The most rows that any round wrote, of one table or of all."""
    return max(one.get(table, 0) if table else sum(one.values()) for one in rounds)


if __name__ == "__main__":
    main()
