"""What handing out a list of 100,000 accounts takes, in each format: time and memory.

    python benchmarks/exports.py [--users 100000] [--rounds 3]

The whole list, by name, each row with whose it is. Memory is the peak of the process over its size
after a small export; the file is thrown away as it comes, so that this is what Tenure itself holds.
"""

from __future__ import annotations

import argparse
import gc
from contextlib import ExitStack
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from harness.clocks import clear_peak, memory_kb
from harness.crowd import fill
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

PROMISED_MB = 32
HEAD = ("s", "s CPU", "rows/s", "MB", "MB/s", "MB over idle")


class Taken(NamedTuple):
    """One export: seconds, bytes, and kB over idle."""

    wall: float
    cpu: float
    size: int
    rows: int
    over_idle: int


def main() -> None:
    on_each_database(arguments(__doc__, users=100_000, projects=0, members=0, rounds=3), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    house = House(options.database, stack)
    from tenure.exports.formats import FORMATS

    house.connect([])
    house.make("exports")
    report = Report(
        f"{options.users:,} accounts to the end, {NAMES[options.database]}",
        has_ratios=False,
        head=HEAD,
    )
    with house.database("exports"):
        fill(options.users // 2)
        for name in FORMATS:
            export(name, search="Person 12345")
        gc.collect()
        gc.freeze()
        for name, form in FORMATS.items():
            taken = [export(name) for _ in range(options.rounds)]
            tell(report, form.label, taken, options.users)
    report.finish()


def export(name: str, search: str = "") -> Taken:
    """The list in one format, each piece forgotten as it comes."""
    from tenure.exports.listings import listing_by_name
    from tenure.exports.operations.export_list import export_list
    from tenure.testing.cast import actor_of

    gc.collect()
    clear_peak()
    idle, listing = memory_kb("VmRSS"), listing_by_name("accounts")
    wall, cpu, size = perf_counter(), process_time(), 0
    made = export_list(
        listing=listing,
        asked=listing.asked({"q": search}),
        format_name=name,
        actor=actor_of("ada"),
    )
    for piece in made.pieces:
        size += len(piece)
    return Taken(
        perf_counter() - wall, process_time() - cpu, size, made.rows, memory_kb("VmHWM") - idle
    )


def tell(report: Report, label: str, taken: list[Taken], users: int) -> None:
    wall, megabytes = median(one.wall for one in taken), taken[0].size / 1e6
    over: Any = max(one.over_idle for one in taken) / 1024
    report.line(
        label,
        wall,
        median(one.cpu for one in taken),
        taken[0].rows / wall,
        megabytes,
        megabytes / wall,
        over,
    )
    report.promise(f"rows left out, {label}", users - taken[0].rows, 0, is_exact=True)
    report.promise(f"MB over idle, {label}", over, PROMISED_MB)


if __name__ == "__main__":
    main()
