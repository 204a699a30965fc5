"""What many tests begin with, made once: each changes it in a transaction that is taken back.

    halden = beginning(company)     # a fixture; what `company()` makes is in the database

Tests that begin with the same follow each other; the next one without it finds an empty database.
What `make` asks for are fixtures that outlive a test. A test has one beginning, and one connection.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction


class _Beginning:
    """The one that is in the database, inside a transaction that is never committed."""

    def __init__(self) -> None:
        self.make: Callable[..., Any] | None = None
        self.made: Any = None
        self._transaction = ExitStack()

    def change_to(self, make: Callable[..., Any] | None, request: pytest.FixtureRequest) -> None:
        with request.getfixturevalue("django_db_blocker").unblock(), ExitStack() as begun:
            self._transaction.close()
            self.make = self.made = None
            if make is None:
                return
            asked = inspect.signature(make).parameters.values()
            needed = [one.name for one in asked if one.default is one.empty]
            given = {name: request.getfixturevalue(name) for name in needed}
            begun.enter_context(_undone())
            self.make, self.made = make, make(**given)
            self._transaction = begun.pop_all()

    def end(self) -> None:
        self._transaction.close()


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


_now = _Beginning()


def beginning(make: Callable[..., Any]) -> Any:  # noqa: ANN401 - a fixture
    """A fixture that begins with what `make` makes, and gives each test a copy of its answer."""

    def begun(db: None) -> Any:  # noqa: ANN401 - whatever it answers
        return deepcopy(_now.made)

    begun.__doc__ = make.__doc__
    begun.make = make  # type: ignore[attr-defined]
    return pytest.fixture(begun)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> None:
    """Before a test begins its transaction; what outlives the test has been set up by then."""
    if fixturedef.argname != "_django_db_helper":
        return
    names = request.node._fixtureinfo.name2fixturedefs
    makers = [getattr(found[-1].func, "make", None) for found in names.values() if found]
    make, *others = [*filter(None, makers), None]
    assert not any(others), "a test has one beginning"
    if make is not _now.make:
        _now.change_to(make, request)


def pytest_sessionfinish() -> None:
    """The last one ends with its database; nothing of it is left for the interpreter's end."""
    with suppress(Exception):
        _now.end()
