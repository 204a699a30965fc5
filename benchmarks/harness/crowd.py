"""A directory and an organization of many, put straight into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

    from tenure.connections.models import Connection
    from tenure.inventory.models import Account, Grant, Resource
    from tenure.people.models import Person


def fill(count: int, *, one_leaver_in: int = 1) -> Connection:
    """So many people with an account each, of whom one in so many has left, and as many accounts
    that are only suggested to be theirs."""
    from tenure.inventory.models import Account, AccountLink
    from tenure.lib.clock import now
    from tenure.people.models import Person
    from tenure.testing.factories import make_connection, make_people_source

    at = now()
    make_people_source()
    connection = make_connection()
    _put(Person, _people(count, one_leaver_in, at))
    _put(Account, (_account(connection, n, at) for n in range(2 * count)))
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


def arrive(count: int, *, one_leaver_in: int, one_stranger_in: int) -> Connection:
    """So many people, of whom one in so many has left, and as many accounts that nobody has tied to
    anybody yet. One in so many has an address that nobody has, and one in 200 still somebody's
    name. All but few have been used lately."""
    from tenure.inventory.models import Account
    from tenure.lib.clock import now
    from tenure.people.models import Person
    from tenure.testing.factories import make_connection, make_people_source

    at = now()
    make_people_source()
    connection = make_connection()
    people = enumerate(_people(count, one_leaver_in, at))
    _put(Person, (person | {"name": _name(n)} for n, person in people))

    def account(n: int) -> dict[str, Any]:
        made = _account(connection, n, at) | {"name": _name(n)}
        if n % 100:
            made["last_active_at"] = seen_at(n % 80, at)
            made["last_active_source"] = "usage"
        if n % one_stranger_in == one_stranger_in - 1:
            made["email"] = made["email_key"] = f"stranger{n}@elsewhere.example"
            if n % 200 != one_stranger_in - 1:
                made["name"] = f"Stranger {n}"
        return made

    _put(Account, map(account, range(count)))
    analyze()
    return connection


def _people(count: int, one_leaver_in: int, at: datetime) -> Iterator[dict[str, Any]]:
    from tenure.people import rules

    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(90)]
    ends = {day: rules.end(day, None, in_zone=rules.zone("", default="UTC")) for day in days}
    for n in range(count):
        ends_on = None if n % one_leaver_in else days[n % 90]
        yield {
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


def _account(connection: Connection, n: int, at: datetime) -> dict[str, Any]:
    return {
        "connection_id": connection.pk,
        "external_id": f"user-{n:08d}",
        "name": f"Person {n}",
        "email": f"person{n}@halden.example",
        "email_key": f"person{n}@halden.example",
        "role": "reader",
        "began_at": at - timedelta(days=200, minutes=n % 1440),
        "began_known_by": "provider",
        # Of one in three nobody says anything.
        **({"last_active_at": seen_at(n, at), "last_active_source": "usage"} if n % 3 else {}),
    }


def _name(n: int) -> str:
    """Two words that nobody else is called by; digits are no part of a name."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(n))
    return f"{letters} {letters[::-1]}"


def employ(connection: Connection, count: int, *, projects: int) -> None:
    """One project of which the first so many accounts are members, and others that share them."""
    from tenure.inventory.models import Account, Collection, Grant
    from tenure.testing.factories import make_member, make_project

    accounts = list(Account.objects.order_by("id")[:count])
    made = [make_project(connection) for _ in range(projects)]
    first = [make_member(project, accounts[0]) for project in made]
    shares = [accounts[1:], *(accounts[n::projects] for n in range(1, projects))]
    for example, share in zip(first, shares, strict=True):
        Collection.objects.filter(pk=example.collection_id).update(active_rows=len(share) + 1)
    _put(
        Grant,
        (
            _like(example, account)
            for example, share in zip(first, shares, strict=True)
            for account in share
        ),
    )
    analyze()


def group(connection: Connection, count: int, *, groups: int) -> list[Resource]:
    """One group that so many accounts are in, others that share them, and of each a role of a
    project of which the accounts are no members by themselves."""
    from tenure.inventory.models import Account, Collection, Grant
    from tenure.testing.factories import give_group, make_group, make_project, put_in_group

    accounts = list(Account.objects.order_by("id")[:count])
    made = [make_group(connection) for _ in range(groups)]
    for one in made:
        give_group(one, make_project(connection))
    shares = [accounts, *(accounts[n::groups] for n in range(1, groups))]
    for one, share in zip(made, shares, strict=True):
        first = put_in_group(one, share[0])
        _put(Grant, (_like(first, account) for account in share[1:]))
        Collection.objects.filter(pk=first.collection_id).update(active_rows=len(share))
    analyze()
    return made


def give_keys(connection: Connection, count: int) -> None:
    """So many keys, by turns in every project; few of them are out of the ordinary in each way."""
    from tenure.inventory.models import Account, Collection, Credential
    from tenure.lib.clock import now

    at = now()
    owners = list(Account.objects.order_by("id").values_list("id", "external_id")[:count])
    lists = list(
        Collection.objects.filter(connection=connection, kind="project_keys")
        .order_by("id")
        .values_list("id", "resource")
    )
    admin_keys = Collection.objects.get(connection=connection, kind="admin_keys").pk

    def key(n: int) -> dict[str, Any]:
        made_at, of_admin = at - timedelta(days=n % 400, seconds=n), n % 1000 == 1
        owner, principal = (None, "user-unknown") if n % 500 == 2 else owners[n]
        keys, project = (admin_keys, None) if of_admin else lists[n % len(lists)]
        return {
            "connection_id": connection.pk,
            "collection_id": keys,
            "external_id": f"key_{n:08d}",
            "kind": "admin_key" if of_admin else "project_key",
            "resource_id": project,
            "name": f"Key {n}",
            "hint": f"sk-***{n:06d}",
            "principal_id": principal,
            "owner_id": owner,
            "owner_kind": "service" if n % 300 == 3 else "account",
            "owner_has_access": n % 250 != 4,
            "created_at": made_at,
            "began_at": made_at,
            "began_known_by": "provider",
            "expires_at": at + timedelta(days=n % 90 - 5) if n % 50 == 5 else None,
            "last_used_at": seen_at(n, at) if n % 3 else None,
            **({"ended_at": at, "ended_known_by": "between_reads"} if n % 100 == 6 else {}),
        }

    _put(Credential, map(key, range(count)))
    analyze()


def observe(connection: Connection, count: int) -> None:
    """Of so many accounts what two sources of activity say."""
    from tenure.inventory.models import Account, ActivityObservation
    from tenure.lib.clock import now

    at = now()
    accounts = list(Account.objects.order_by("id").values_list("id", "external_id")[:count])
    said = {"connection_id": connection.pk, "precision": "instant", "observed_at": at}
    _put(
        ActivityObservation,
        (
            {**said, "principal_id": key, "account_id": pk, "source": source, "kind": kind}
            | {"at": seen_at(n, at), "detail": kind}
            for source, kind in (("login_event", "login"), ("project_key", "key_use"))
            for n, (pk, key) in enumerate(accounts)
            if n % 3
        ),
    )
    analyze()


def seen_at(number: int, at: datetime) -> datetime:
    """When the one of this number was last seen."""
    return at - timedelta(days=number % 200, seconds=number)


def _like(example: Grant, account: Account) -> dict[str, Any]:
    """The same grant, held by another account."""
    return {
        "collection_id": example.collection_id,
        "entitlement_id": example.entitlement_id,
        "external_id": account.external_id,
        "principal_id": account.external_id,
        "account_id": account.pk,
        "run_id": example.run_id,
        "began_at": example.began_at,
        "began_known_by": "provider",
    }


def hold(connection: Connection, count: int, *, ends_at: datetime) -> None:
    """So many requests, each of somebody else, whose thing is held until an instant."""
    from tenure.access_requests.models import AccessRequest
    from tenure.inventory.models import Account
    from tenure.people.models import Person
    from tenure.testing.factories import make_project

    project = make_project(connection)
    people = Person.objects.order_by("id").values_list("id", flat=True)[:count]
    accounts = Account.objects.order_by("id").values_list("id", flat=True)[:count]
    given_at = ends_at - timedelta(days=30)
    _put(
        AccessRequest,
        (
            _request(number, person, project)
            | {
                "state": "verified",
                "account_id": account,
                "approved_at": given_at,
                "provisioned_at": given_at,
                "verified_at": given_at,
                "ends_at": ends_at,
            }
            for number, (person, account) in enumerate(zip(people, accounts, strict=True), start=1)
        ),
    )
    analyze()


def wait_for(approver: Person, connection: Connection, count: int, *, at: datetime) -> None:
    """So many requests, each of somebody else, whose first step waits for one person."""
    from tenure.access_requests.models import AccessRequest, ApprovalStep, AskedApprover
    from tenure.people.models import Person
    from tenure.testing.factories import make_project

    project = make_project(connection)
    people = Person.objects.exclude(pk=approver.pk).order_by("id").values_list("id", flat=True)
    first = AccessRequest.objects.count() + 1
    _put(
        AccessRequest,
        (
            _request(number, person, project)
            for number, person in enumerate(people[:count], start=first)
        ),
    )
    waiting = AccessRequest.objects.filter(state="pending_approval").order_by("id")
    step = {"position": 1, "needs": "any", "title": "Manager", "opened_at": at}
    due = {"due_at": at + timedelta(days=1), "state": "open"}
    _put(
        ApprovalStep,
        (step | due | {"request_id": one} for one in waiting.values_list("id", flat=True)),
    )
    asked = {"person_id": approver.pk, "why": "their manager", "came_by": "manager"}
    steps = ApprovalStep.objects.order_by("id").values_list("id", flat=True)
    _put(AskedApprover, (asked | {"step_id": one} for one in steps))
    analyze()


def _request(number: int, person: int, project: Resource) -> dict[str, Any]:
    from tenure.lib.clock import now

    return {
        "number": number,
        "connection_id": project.connection_id,
        "resource_id": project.pk,
        "role": "member",
        "title": f"Member of {project}",
        "person_id": person,
        "asked_by": f"Person {number}",
        "asked_by_person_id": person,
        "reason": "For the nightly batch",
        "days": 30,
        "asked_at": now(),
    }


def _put(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Store rows of which only what is not the default is said."""
    from tenure.lib.rows import insert_rows

    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    blank = {
        field.attname: field.db_default if field.has_db_default() else field.get_default()
        for field in fields
    }
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
