"""A Monday at noon, an organization, and things that fail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tenure.compliance.models import Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.connections.models import Connection
from tenure.people.models import Person
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_people_source, make_person

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY, DAY = NOON.date(), timedelta(days=1)
NEXT_WEEK = date(2026, 11, 30)
MARA = actor_of("mara")


def organization() -> Connection:
    """Connected and read a minute ago, with somebody current in the directory."""
    make_people_source()
    make_person("Somebody current")
    return make_connection()


def stray(connection: Connection, **given: Any) -> Finding:
    """The finding of an account that belongs to nobody."""
    account = make_account(connection, **given)
    run_tests(slugs=["accounts-linked"], actor=MARA)
    return Finding.objects.get(test__slug="accounts-linked", account=account)


def leaver(connection: Connection, person: Person | None = None) -> Finding:
    """The finding of an account of somebody who left five days ago."""
    account = make_account(connection, person=person or make_person(ends_on=TODAY - 5 * DAY))
    run_tests(slugs=["leavers-deprovisioned"], actor=MARA)
    return Finding.objects.get(test__slug="leavers-deprovisioned", account=account)


def refs(*found: Finding) -> list[str]:
    return [str(one.ref) for one in found]
