"""The way of every script: arguments, one process per database, a warmed house."""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack

from harness import limits, naively, product
from harness.company import Company, Size
from harness.house import House

DATABASES = ("sqlite", "postgres")
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def arguments(told: str, **options: int | str) -> argparse.Namespace:
    """The options of a script with its own defaults, and which database."""
    parser = argparse.ArgumentParser(
        description=told, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in options.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(usual), default=usual)
    parser.add_argument("--database", choices=DATABASES, help="one of them instead of both")
    return parser.parse_args()


def on_each_database(
    options: argparse.Namespace, measure: Callable[[argparse.Namespace, ExitStack], None]
) -> None:
    """Measure here for the database that was named, else in a process of its own for each."""
    if options.database:
        with ExitStack() as stack:
            measure(options, stack)
        return
    command = [sys.executable, *sys.argv]
    sys.exit(max(_run([*command, f"--database={name}"]) for name in DATABASES))


def _run(command: list[str]) -> int:
    return subprocess.run(command, check=False).returncode  # noqa: S603 - this very script


class Warm:
    """A house in which everything that is measured has been done once, for a small company."""

    def __init__(self, database: str, companies: list[Company], stack: ExitStack) -> None:
        self.house = House(database, stack)
        self.small = Company(Size(users=300, projects=3, members=20), stack, seed="small")
        self.house.connect([self.small, *companies])
        self.make("warm")
        with self.house.database("warm"):
            self.prime()
            limits.raw_copy(limits.tables(product.pages(self.small)))
            naively.warm(self.small)
        # As a worker does when it begins.
        gc.collect()
        gc.freeze()

    def make(self, *names: str) -> None:
        """Fresh databases that know every company and hold nothing of it."""
        for name in names:
            self.house.make(name)

    def prime(self) -> None:
        """A worker's connection has been used before: its plans and catalogs are in memory."""
        product.sync(self.small)
        product.sync(self.small)
