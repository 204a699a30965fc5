"""Rows for tests, with only what a test cares about said out loud."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db.models import F

from tenure.connections.models import Connection
from tenure.inventory.models import (
    Account,
    AccountLink,
    Collection,
    Credential,
    Entitlement,
    Grant,
    Invitation,
    KnownBy,
    Resource,
    SyncRun,
)
from tenure.lib.clock import now
from tenure.lib.text import fold_email
from tenure.people.importing import place_in_time
from tenure.people.models import PeopleSource, Person

_number = count(1)
OF_ORGANIZATION = (
    *("users", "invites", "projects", "groups", "roles", "admin_keys"),
    "identity_providers",
)
OF_PROJECTS = ("project_users", "project_groups", "project_keys", "service_accounts")
OF_GROUPS = ("group_users", "group_roles")


def make_connection(**given: Any) -> Connection:  # noqa: ANN401 - any column
    """An active connection whose collections were read completely a minute ago."""
    number = next(_number)
    read_at = now() - timedelta(minutes=1)
    columns: dict[str, Any] = {
        "kind": "openai",
        "name": f"OpenAI {number}",
        "organization_id": f"org-{number:012d}",
        "state": Connection.State.ACTIVE,
        "state_changed_at": read_at,
        "connected_at": read_at - timedelta(days=80),
        "created_at": read_at - timedelta(days=80),
        **given,
    }
    connection = Connection.objects.create(**columns)
    for kind in OF_ORGANIZATION:
        _make_read(connection, kind)
    return connection


def _make_read(connection: Connection, kind: str, resource: Resource | None = None) -> Collection:
    """A list that was read completely a minute ago."""
    read_at = now() - timedelta(minutes=1)
    return Collection.objects.create(
        connection=connection,
        key=":".join(filter(None, (kind, resource.external_id if resource else ""))),
        kind=kind,
        resource=resource,
        state="complete",
        attempted_at=read_at,
        completed_at=read_at,
    )


def make_person(name: str = "", *, ends_on: date | None = None, **given: Any) -> Person:  # noqa: ANN401
    """A current person, or one whose last day was `ends_on`."""
    number = next(_number)
    email = given.pop("email", f"person{number}@halden.example")
    person = Person(
        name=name or f"Person {number}",
        email=email,
        email_key=fold_email(email),
        ends_on=ends_on,
        created_at=now(),
        changed_at=now(),
        **given,
    )
    place_in_time(person, default_zone="UTC")
    person.save()
    return person


def make_people_source(**given: Any) -> PeopleSource:  # noqa: ANN401
    """A CSV source read just now."""
    columns = {"kind": "csv", "name": "CSV", "precedence": 10, "expected_days": 35}
    return PeopleSource.objects.create(**{**columns, "last_read_at": now(), **given})


def make_account(
    connection: Connection,
    *,
    person: Person | None = None,
    began_at: datetime | None = None,
    **given: Any,  # noqa: ANN401
) -> Account:
    """An active account, linked to the person when there is one."""
    number = next(_number)
    email = given.pop("email", person.email if person else f"account{number}@halden.example")
    account = Account.objects.create(
        connection=connection,
        external_id=given.pop("external_id", f"user-{number:06d}"),
        email=email or "",
        email_key=fold_email(email),
        name=given.pop("name", person.name if person else f"Account {number}"),
        role=given.pop("role", "reader"),
        began_at=began_at or now() - timedelta(days=60),
        began_known_by=KnownBy.PROVIDER,
        **given,
    )
    if person is not None:
        link(account, person)
    return account


def link(account: Account, person: Person, **given: Any) -> AccountLink:  # noqa: ANN401
    """A confirmed link by exact e-mail."""
    columns = {"state": "confirmed", "method": "exact_email", "confidence": "high"}
    return AccountLink.objects.create(
        account=account,
        person=person,
        decided_at=now(),
        **{"decided_by": "automatic", **columns, **given},
    )


def make_invitation(connection: Connection, email: str, **given: Any) -> Invitation:  # noqa: ANN401
    """A pending invitation."""
    columns = {"status": "pending", "role": "reader", "began_at": now() - timedelta(days=2)}
    return Invitation.objects.create(
        connection=connection,
        external_id=f"invite-{next(_number):06d}",
        email=email,
        email_key=fold_email(email),
        **{**columns, **given},
    )


def make_project(connection: Connection, name: str = "", **given: Any) -> Resource:  # noqa: ANN401
    """A project all of whose lists were read completely a minute ago."""
    number, read_at = next(_number), now() - timedelta(minutes=1)
    project = Resource.objects.create(
        connection=connection,
        kind=Resource.Kind.PROJECT,
        external_id=f"proj_{number:06d}",
        name=name or f"Project {number}",
        began_at=read_at - timedelta(days=60),
        began_known_by=KnownBy.PROVIDER,
        **given,
    )
    for kind in OF_PROJECTS:
        _make_read(connection, kind, project)
    return project


def make_member(
    project: Resource,
    account: Account,
    role: str = "member",
    **given: Any,  # noqa: ANN401
) -> Grant:
    """A role on a project, or a place in a group; active unless it says when it ended."""
    is_group = project.kind == Resource.Kind.GROUP
    entitlement = entitlement_of(project, role, kind="member" if is_group else "role")
    run, _ = SyncRun.objects.get_or_create(
        connection=project.connection, status="complete", defaults={"queued_at": now()}
    )
    columns: dict[str, Any] = {"began_at": now() - timedelta(days=30), "began_known_by": "provider"}
    if "ended_at" in given:
        columns["ended_known_by"] = KnownBy.BETWEEN_READS
    return Grant.objects.create(
        collection=project.collections.get(kind="group_users" if is_group else "project_users"),
        entitlement=entitlement,
        external_id=account.external_id,
        principal_id=account.external_id,
        account=account,
        run=run,
        **{**columns, **given},
    )


def entitlement_of(resource: Resource, external_id: str, *, kind: str = "role") -> Entitlement:
    """A right on a resource, made on first use."""
    found, _ = Entitlement.objects.get_or_create(
        connection=resource.connection,
        resource=resource,
        kind=kind,
        external_id=external_id,
        defaults={"began_at": now(), "began_known_by": KnownBy.BETWEEN_READS},
    )
    return found


def make_group(connection: Connection, name: str = "", **given: Any) -> Resource:  # noqa: ANN401
    """A group all of whose lists were read completely a minute ago."""
    number, read_at = next(_number), now() - timedelta(minutes=1)
    group = Resource.objects.create(
        connection=connection,
        kind=Resource.Kind.GROUP,
        external_id=f"group_{number:06d}",
        name=name or f"Group {number}",
        began_at=read_at - timedelta(days=60),
        began_known_by=KnownBy.PROVIDER,
        **given,
    )
    for kind in OF_GROUPS:
        _make_read(connection, kind, group)
    return group


def put_in_group(group: Resource, account: Account) -> Grant:
    """An account in a group."""
    grant = make_member(group, account)
    group.collections.filter(kind="group_users").update(active_rows=F("active_rows") + 1)
    return grant


def give_group(group: Resource, resource: Resource, role: str = "member") -> Grant:
    """A role that a group holds of a project."""
    kind = f"{resource.kind}_group_roles"
    roles, _ = Collection.objects.get_or_create(
        connection=group.connection,
        key=f"{kind}:{resource.external_id}:{group.external_id}",
        defaults={"kind": kind, "principal_id": group.external_id},
    )
    entitlement = entitlement_of(resource, role)
    run, _ = SyncRun.objects.get_or_create(
        connection=group.connection, status="complete", defaults={"queued_at": now()}
    )
    return Grant.objects.create(
        collection=roles,
        entitlement=entitlement,
        external_id=role,
        principal_kind=Grant.Principal.GROUP,
        principal_id=group.external_id,
        group=group,
        run=run,
        began_at=now() - timedelta(days=30),
        began_known_by=KnownBy.PROVIDER,
    )


def make_credential(project: Resource, owner: Account | None, **given: Any) -> Credential:  # noqa: ANN401
    """A key of a project, made a month ago; of nobody we know without an owner."""
    number, made_at = next(_number), now() - timedelta(days=30)
    keys = project.collections.get(kind="project_keys")
    columns: dict[str, Any] = {"created_at": made_at, "began_at": made_at, "name": f"Key {number}"}
    return Credential.objects.create(
        connection=project.connection,
        collection=keys,
        external_id=f"key_{number:06d}",
        kind=Credential.Kind.PROJECT_KEY,
        resource=project,
        hint=f"sk-proj-***{number:04d}",
        principal_id=owner.external_id if owner else "user-gone",
        owner=owner,
        owner_has_access=owner is not None,
        began_known_by=KnownBy.PROVIDER,
        **{**columns, **given},
    )
