"""A directory and an organization of many, put straight into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

    from tenure.connections.models import Connection


def fill(count: int, *, one_leaver_in: int = 1) -> Connection:
    """So many people with an account each, of whom one in so many has left, and as many accounts
    that are only suggested to be theirs."""
    from tenure.inventory.models import Account, AccountLink
    from tenure.lib.clock import now
    from tenure.people import rules
    from tenure.people.models import Person
    from tenure.testing.factories import make_connection, make_people_source

    at = now()
    make_people_source()
    connection = make_connection()
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(90)]
    ends = {day: rules.end(day, None, in_zone=rules.zone("", default="UTC")) for day in days}
    left = [None if n % one_leaver_in else days[n % 90] for n in range(count)]
    _put(
        Person,
        (
            {
                "name": f"Person {n}",
                "email": f"person{n}@halden.example",
                "email_key": f"person{n}@halden.example",
                "department": f"Team {n % 50}",
                "manager_email_key": f"person{n // 10}@halden.example",
                "ends_on": ends_on,
                "ends_at": ends.get(ends_on),
                "created_at": at,
                "changed_at": at,
            }
            for n, ends_on in enumerate(left)
        ),
    )
    _put(
        Account,
        (
            {
                "connection_id": connection.pk,
                "external_id": f"user-{n:08d}",
                "name": f"Person {n}",
                "email": f"person{n}@halden.example",
                "email_key": f"person{n}@halden.example",
                "role": "reader",
                "began_at": at - timedelta(days=200, minutes=n % 1440),
                "began_known_by": "provider",
            }
            for n in range(2 * count)
        ),
    )
    people = list(Person.objects.order_by("id").values_list("id", flat=True))
    confirmed = {"state": "confirmed", "method": "exact_email", "confidence": "high"}
    proposed = {"state": "proposed", "method": "similar_name", "confidence": "low"}
    _put(
        AccountLink,
        (
            {
                "account_id": account,
                "person_id": people[n % count],
                "decided_at": at,
                "decided_by": "automatic",
                **(confirmed if n < count else proposed),
            }
            for n, account in enumerate(Account.objects.order_by("id").values_list("id", flat=True))
        ),
    )
    analyze()
    return connection


def employ(connection: Connection, count: int, *, projects: int) -> None:
    """One project of which the first so many accounts are members, and others that share them."""
    from tenure.inventory.models import Account, Entitlement, Grant
    from tenure.lib.clock import now
    from tenure.testing.factories import make_member, make_project

    accounts = list(Account.objects.order_by("id")[:count])
    made = [make_project(connection) for _ in range(projects)]
    first = [make_member(project, accounts[0]) for project in made]
    roles = dict(Entitlement.objects.values_list("resource", "pk"))
    shares = [accounts[1:], *(accounts[n::projects] for n in range(1, projects))]
    _put(
        Grant,
        (
            {
                "collection_id": example.collection_id,
                "entitlement_id": roles[project.pk],
                "external_id": account.external_id,
                "principal_id": account.external_id,
                "account_id": account.pk,
                "run_id": example.run_id,
                "began_at": now() - timedelta(days=30),
                "began_known_by": "provider",
            }
            for project, example, share in zip(made, first, shares, strict=True)
            for account in share
        ),
    )
    analyze()


def _put(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Store rows of which only what is not the default is said."""
    from tenure.lib.rows import insert_rows

    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    blank = {field.attname: field.get_default() for field in fields}
    refs = [field for field in fields if field.name == "ref"]
    insert_rows(
        model,
        list(blank),
        (
            list((blank | {field.attname: field.get_default() for field in refs} | row).values())
            for row in rows
        ),
    )


def analyze() -> None:
    """What a sync does after a first load."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
