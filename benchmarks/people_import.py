"""How long a file of many people takes, from its bytes to the last row.

    python benchmarks/people_import.py [--users 100000] [--rounds 3]

First nobody is known; then the same file comes again, whole; then one in ten has a new title and
one in a hundred is no longer listed; then a second source speaks of everybody.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from contextlib import ExitStack

from harness.clocks import Cost, cost_of
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

PROMISED_S = 20.0
HEADER = "email,external_id,name,status,start_date,end_date,manager_email,department,title,kind\n"


def main() -> None:
    on_each_database(arguments(__doc__, users=100_000, projects=0, members=0, rounds=3), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    house = House(options.database, stack)
    house.connect([])
    count, costs = options.users, defaultdict[str, list[Cost]](list)
    whole = file(count)
    changed = file(count - count // 100, promoted=10)
    for number in range(options.rounds):
        house.make(f"round{number}")
        with house.database(f"round{number}"):
            for step, content, source in (
                ("first", whole, "CSV"),
                ("unchanged", whole, "CSV"),
                ("changed", changed, "CSV"),
                ("another source", whole, "HR"),
            ):
                costs[step].append(cost_of(lambda c=content, s=source: take(c, s)))
    report = Report(f"{count:,} people, {NAMES[options.database]}, {options.rounds} rounds")
    for step, each in costs.items():
        report.row(f"{step}, CPU s", tenure=[cost.cpu for cost in each])
        report.row(f"{step}, wall s", tenure=[cost.wall for cost in each])
        slowest = max(cost.wall for cost in each)
        report.promise(f"seconds of an import, {step}", slowest, PROMISED_S)
    report.finish()


def file(count: int, *, promoted: int = 0) -> bytes:
    lines = [
        f"person{n}@halden.example,E-{n},Person {n},active,2024-01-{n % 28 + 1:02},"
        f"{'2026-03-31' if n % 20 == 0 else ''},person{n // 10}@halden.example,Team {n % 50},"
        f"{'Lead' if promoted and n % promoted == 0 else 'Engineer'},employee\n"
        for n in range(count)
    ]
    return (HEADER + "".join(lines)).encode()


def take(content: bytes, source: str) -> None:
    from tenure.people.models import PeopleSource
    from tenure.people.operations.import_people import import_people
    from tenure.users.actors import local_operator

    if source != "CSV":
        PeopleSource.objects.create(kind="csv", name=source, precedence=40, expected_days=2)
    import_people(
        content=content,
        is_full=True,
        is_confirmed=True,
        source=source,
        actor=local_operator(),
    )


if __name__ == "__main__":
    main()
