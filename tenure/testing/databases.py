"""On PostgreSQL what touches a database is run: the rest says there what it said on SQLite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenure.testing.environment import IS_POSTGRESQL

_LEFT_OUT = pytest.StashKey[int]()
# These walk the code and its pages, which are the same whatever is below them.
_ARCHITECTURE = Path(__file__).parents[2] / "tests/architecture"
# Each of them gives the database of this run to a test, or to the processes that it starts.
_FIXTURES = {"db", "transactional_db", "live_server", "surroundings"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not IS_POSTGRESQL:
        return
    without = [item for item in items if not _touches_database(item)]
    left_out = set(without)
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=without)
    config.stash[_LEFT_OUT] = len(without)


def _touches_database(item: pytest.Item) -> bool:
    if _ARCHITECTURE in item.path.parents:
        return False
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not _FIXTURES.isdisjoint(fixtures)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(_LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - pytest-xdist's, untyped
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if left_out := config.stash.get(_LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{left_out} tests of the code or without a database ran on SQLite only."
        )
