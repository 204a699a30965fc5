"""One sync in a fresh process: the most memory it takes over what the process takes anyway.

    python -m harness.memory_child {"who": "tenure", "small": {…}, "company": {…}}

Idle is after everything was imported and done once for the small company.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from types import SimpleNamespace

from harness import limits, naively, product
from harness.clocks import clear_peak, memory_kb
from harness.company import Company


def main() -> None:
    import django

    django.setup()
    task = json.loads(sys.argv[1], object_hook=lambda fields: SimpleNamespace(**fields))
    work = {"tenure": product.sync, "naive": _naive, "limit": _limit}[task.who]
    if task.who == "naive":
        naively.create_tables()
    for _ in range(2):
        work(task.small)
    gc.collect()
    idle = memory_kb("VmRSS")
    first, unchanged = (_peak(work, task.company) - idle for _ in range(2))
    print(json.dumps({"idle": idle, "first": first, "unchanged": unchanged}))


def _peak(work: Callable[[Company], None], company: Company) -> int:
    gc.collect()
    clear_peak()
    work(company)
    return memory_kb("VmHWM")


def _naive(company: Company) -> None:
    came, _ = naively.read(company, ["users"])
    naively.store_in_bulk(came)


def _limit(company: Company) -> None:
    bare = limits.BareReader(company)
    bare.read(["/v1/organization/users?limit=100"])
    bare.close()


if __name__ == "__main__":
    main()
