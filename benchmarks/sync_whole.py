"""The whole of a large organization: complete, reconciled, and how many requests that takes.

    python benchmarks/sync_whole.py [--users 10000] [--projects 300] [--groups 400] [--keys 3000]

No latency and no request budget. The fewest possible requests are the pages that each list has, as
the simulator counts them; lists of single users' roles are asked for a few at a time, and count as
one request each.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from contextlib import ExitStack

from harness import product
from harness.clocks import cost_of
from harness.company import Company, Size
from harness.counting import count_writes, written
from harness.report import Report
from harness.run import NAMES, Warm, arguments, on_each_database

PROMISED_REQUESTS = 1.05


def main() -> None:
    sizes = {"users": 10_000, "projects": 300, "members": 30, "groups": 400, "keys": 3_000}
    on_each_database(arguments(__doc__, **sizes, service_accounts=500), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    company = Company(
        Size(options.users, options.projects, options.members),
        stack,
        groups=options.groups,
        keys=options.keys,
        service_accounts=options.service_accounts,
    )
    warm = Warm(options.database, [company], stack)
    report = Report(
        f"{options.users:,} users, {options.projects:,} projects, {options.groups:,} groups, "
        f"{options.keys:,} keys, {options.service_accounts:,} service accounts, "
        f"{NAMES[options.database]}"
    )
    warm.make("whole")
    with warm.house.database("whole"):
        count_writes()
        for step in ("first", "second", "third"):
            company.forget_requests()
            cost = cost_of(lambda: product.sync(company))
            rows = written()
            asked, fewest, read = len(company.requests()), *_counted()
            report.row(f"{step}, CPU s", tenure=[cost.cpu])
            report.row(f"{step}, wall s", tenure=[cost.wall])
            report.row(f"{step}, requests", limit=fewest, tenure=asked)
            report.row(f"{step}, rows written", tenure=sum(rows.values()))
            report.promise(f"requests, {step}", asked, PROMISED_REQUESTS * fewest, is_exact=True)
            print(step, dict(read), {name: n for name, n in rows.items() if n})
    report.finish()


def _counted() -> tuple[int, Counter[str]]:
    """The pages that the lists of the last run have, and the rows of each kind; all reconciled."""
    from tenure.connectors.registry import connectors
    from tenure.inventory.models import SyncRun

    run = SyncRun.objects.latest("id")
    rows_of = {kind.kind: kind.page_rows for kind in connectors()["openai"].collection_kinds()}
    fewest, read = 0, Counter[str]()
    for row in run.collections.all():
        if row.state not in ("complete", "skipped"):
            raise SystemExit(f"{row.key} is {row.state}: {row.reason}")
        if row.received != row.stored + row.repeated + row.set_aside:
            raise SystemExit(f"{row.key} does not reconcile")
        fewest += max(1, math.ceil(row.received / rows_of[row.kind]))
        read[row.kind] += row.received
    return fewest, read


if __name__ == "__main__":
    main()
