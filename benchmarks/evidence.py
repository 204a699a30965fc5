"""What a bundle of who had access takes among 100,000 accounts: time, memory, and its rows alone.

    python benchmarks/evidence.py [--users 100000] [--rounds 3]

The rows are read as they are proven, and thrown away; then read, encoded, digested and written. The
whole bundle has them as CSV and Excel too, typeset, signed and packed. Memory is the peak of the
process over its size after a small bundle.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import timedelta
from io import BytesIO
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, NamedTuple

from harness.clocks import clear_peak, memory_kb
from harness.crowd import fill
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

if TYPE_CHECKING:
    from tenure.connections.models import Connection

PROMISED_MB = 100
PROMISED_RATIO = 2
HEAD = ("s", "s CPU", "MB over idle")


class Taken(NamedTuple):
    """Seconds, kB over idle, and how many rows."""

    wall: float
    cpu: float
    over_idle: int
    rows: int


def main() -> None:
    on_each_database(arguments(__doc__, users=100_000, projects=0, members=0, rounds=3), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    house = House(options.database, stack)
    house.connect([])
    house.make("evidence")
    from tenure.testing.factories import make_account, make_connection

    title = f"Access of {options.users:,} accounts as a bundle, {NAMES[options.database]}"
    report = Report(title, has_ratios=False, head=HEAD)
    with house.database("evidence"):
        small = make_connection()
        make_account(small)
        read_once(small)
        taken(bundle)
        read_once(fill(options.users // 2))
        gc.collect()
        gc.freeze()
        bare = [taken(rows_alone) for _ in range(options.rounds)]
        lines = [taken(canonical_rows) for _ in range(options.rounds)]
        whole = [taken(bundle) for _ in range(options.rounds)]
    for label, some in (("rows, read", bare), ("JSON lines", lines), ("bundle", whole)):
        over = max(one.over_idle for one in some) / 1024
        report.line(label, median(o.wall for o in some), median(o.cpu for o in some), over)
    ratio = median(one.cpu for one in lines) / median(one.cpu for one in bare)
    report.promise("CPU of JSON lines over reading their rows", ratio, PROMISED_RATIO)
    over = max(one.over_idle for one in whole) / 1024
    report.promise("MB over idle, bundle", over, PROMISED_MB)
    left = options.users + 1 - whole[0].rows
    report.promise("rows left out", left, 0, is_exact=True)
    report.finish()


def read_once(connection: Connection) -> None:
    """Its users were read completely, a minute ago."""
    from tenure.inventory.models import Collection, SyncCollection, SyncRun
    from tenure.lib.clock import now

    at = now() - timedelta(minutes=1)
    run = SyncRun.objects.create(
        connection=connection, status="complete", queued_at=at, finished_at=at
    )
    users = Collection.objects.get(connection=connection, key="users")
    SyncCollection.objects.create(
        run=run, key="users", kind="users", collection=users, state="complete", finished_at=at
    )


def taken(work: Callable[[], int]) -> Taken:
    gc.collect()
    clear_peak()
    idle, wall, cpu = memory_kb("VmRSS"), perf_counter(), process_time()
    rows = work()
    spent = perf_counter() - wall, process_time() - cpu
    return Taken(*spent, memory_kb("VmHWM") - idle, rows)


def proven() -> Iterable[Any]:
    """The rows of who has access, as they are proven."""
    from tenure.evidence.asking import Given, asked_of, reader
    from tenure.evidence.kinds import kind_named

    kind = kind_named("population")
    asked = asked_of(Given(kind="population", on="now"))
    return kind.prove(asked, actor=reader(kind=kind, held=None, window=None)).parts[0].rows()


def rows_alone() -> int:
    return sum(1 for _ in proven())


def canonical_rows() -> int:
    from tenure.evidence.canonical import write_lines

    class Nowhere(BytesIO):
        def write(self, piece: bytes) -> int:  # type: ignore[override] # all that comes
            return len(piece)

    return write_lines(proven(), Nowhere()).rows


def bundle() -> int:
    from tenure.evidence.asking import Given
    from tenure.evidence.making import make_bundle
    from tenure.evidence.operations.create_bundle import create_bundle
    from tenure.testing.cast import actor_of
    from tenure.users.actors import local_operator

    given = Given(kind="population", on="now")
    build = create_bundle(given=given, actor=actor_of("ada"), is_built_here=True)
    made = make_bundle(build.ref, actor=local_operator())
    if made.state != "finished":
        raise RuntimeError(made.reason)
    return made.bundle.rows


if __name__ == "__main__":
    main()
