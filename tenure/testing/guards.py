"""Append-only tables in tests: emptied after transactional ones, open to tampering on demand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tenure.audit import guards

_TRANSACTIONAL = {"transactional_db", "live_server", "django_db_reset_sequences"}


@pytest.fixture(autouse=True)
def _flushable_guards(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transactional test ends with emptying all tables, which the guards would refuse.

    Emptying counts as a migrate for the framework, so the guards are back before the next test.
    """
    marker = request.node.get_closest_marker("django_db")
    asked = marker is not None and (marker.kwargs.get("transaction") or any(marker.args[:1]))
    transactional = asked or not _TRANSACTIONAL.isdisjoint(request.fixturenames)
    if transactional:
        # Ours must end before the one that empties, hence start after it.
        request.getfixturevalue("transactional_db")
    yield
    if transactional:
        guards.lift(connection)


@pytest.fixture
def guards_lifted(db: None) -> None:
    """The database without our guards, as someone with its password could make it.

    Ask for it before writing. The end of the test, a rollback or an emptying, brings them back.
    """
    guards.lift(connection)
