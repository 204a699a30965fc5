"""One piece of work in a fresh process, on a database that holds a crowd already.

    python -m harness.size_child link|tests DATABASE INSTANT

The process's own database is a small one, in which everything is done first; idle is after that.
All tests of a million accounts take minutes, and what opens only because they pass is no news:
every run is at one instant, in seconds since 1970.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from typing import Any

import time_machine

from harness.clocks import clear_peak, cost_of, memory_kb

_ENOUGH = 100


def main() -> None:
    import django

    django.setup()
    what, name, instant = sys.argv[1:]
    work = {"link": link, "tests": run}[what]
    for _ in range(2):
        work()
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    gc.collect()
    gc.freeze()  # as a worker does when it begins
    clear_peak()
    idle, questions, came = memory_kb("VmRSS"), list[int](), list[list[int]]()

    def count(execute: Callable[..., object], *given: Any) -> object:  # noqa: ANN401 - a wrapper's
        questions.append(1)
        return execute(*given)

    with connection.execute_wrapper(count), time_machine.travel(float(instant), tick=False):
        cost = cost_of(lambda: came.append(work()))
    told = {"cpu": cost.cpu, "wall": cost.wall, "mb": (memory_kb("VmHWM") - idle) / 1024}
    print(json.dumps({**told, "questions": len(questions), "came": came[0]}))


def link() -> list[int]:
    """Until nothing is left to link: how many were linked and suggested."""
    from tenure.inventory.operations.link_accounts import link_accounts
    from tenure.users.actors import local_operator

    linked = suggested = 0
    for _ in range(_ENOUGH):
        some, more = link_accounts(actor=local_operator())
        linked, suggested = linked + some, suggested + more
        if not some + more:
            break
    return [linked, suggested]


def run() -> list[int]:
    """All tests once: how many findings were opened and resolved."""
    from tenure.compliance.operations.run_tests import run_tests
    from tenure.users.actors import local_operator

    outcomes = run_tests(actor=local_operator())
    return [sum(one.opened for one in outcomes), sum(one.resolved for one in outcomes)]


if __name__ == "__main__":
    main()
