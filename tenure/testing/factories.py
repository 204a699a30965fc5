"""Rows for tests, with only what a test cares about said out loud."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from tenure.connections.models import Connection
from tenure.inventory import below
from tenure.inventory.models import (
    Account,
    AccountLink,
    Collection,
    Credential,
    Entitlement,
    Grant,
    Invitation,
    KnownBy,
    Ownership,
    Resource,
    SyncRun,
)
from tenure.lib.clock import now
from tenure.lib.text import fold_email
from tenure.people.importing import place_in_time
from tenure.people.models import PeopleSource, Person

_number = count(1)
OF_ORGANIZATION = ("users", "invites", "projects", "groups", "roles", "admin_keys")
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
        "connected_at": read_at - timedelta(days=100),
        "created_at": read_at - timedelta(days=100),
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


def make_credential(
    connection: Connection,
    *,
    project: Resource | None = None,
    owner: Account | None = None,
    **given: Any,  # noqa: ANN401
) -> Credential:
    """A key of a project, or without one of the administration: ten days old and used today."""
    number = next(_number)
    made_at = given.pop("created_at", now() - timedelta(days=10))
    kind = Credential.Kind.PROJECT_KEY if project else Credential.Kind.ADMIN_KEY
    columns: dict[str, Any] = {
        "name": f"Key {number}",
        "hint": f"sk-…{number:04d}",
        "owner_has_access": True if project else None,
        "last_used_at": now() - timedelta(hours=1),
        "began_at": made_at or now() - timedelta(days=10),
        "began_known_by": KnownBy.PROVIDER if made_at else KnownBy.BETWEEN_READS,
        "principal_id": owner.external_id if owner else "",
    }
    return Credential.objects.create(
        connection=connection,
        collection=(project.collections if project else connection.collections).get(
            kind="project_keys" if project else "admin_keys"
        ),
        external_id=f"key_{number:06d}",
        kind=kind,
        resource=project,
        owner=owner,
        created_at=made_at,
        **{**columns, **given},
    )


def make_organization(connection: Connection) -> Resource:
    """The organization itself, of which some roles are."""
    return below.organization(connection)


def make_member(
    project: Resource,
    account: Account,
    role: str = "member",
    **given: Any,  # noqa: ANN401
) -> Grant:
    """A role on a project, or a place in a group; active unless it says when it ended."""
    is_group = project.kind == Resource.Kind.GROUP
    kind = "group_users" if is_group else "project_users"
    return make_role(
        project,
        "" if is_group else role,
        entitlement_kind="member" if is_group else "role",
        collection=project.collections.get(kind=kind),
        account=account,
        **given,
    )


def make_role(
    resource: Resource,
    role: str,
    *,
    collection: Collection,
    account: Account | None = None,
    group: Resource | None = None,
    entitlement_kind: str = "role",
    **given: Any,  # noqa: ANN401
) -> Grant:
    """A role on a resource, held by an account or a group, as a list says."""
    began = {"began_at": now() - timedelta(days=60), "began_known_by": KnownBy.PROVIDER}
    entitlement, _ = Entitlement.objects.get_or_create(
        connection=resource.connection,
        resource=resource,
        kind=entitlement_kind,
        external_id=role,
        defaults=began,
    )
    run, _ = SyncRun.objects.get_or_create(
        connection=resource.connection, status="complete", defaults={"queued_at": now()}
    )
    columns: dict[str, Any] = {"began_at": now() - timedelta(days=30), "began_known_by": "provider"}
    if "ended_at" in given:
        columns["ended_known_by"] = KnownBy.BETWEEN_READS
    holder: Account | Resource | None = account or group
    assert holder is not None
    return Grant.objects.create(
        collection=collection,
        entitlement=entitlement,
        external_id=holder.external_id,
        principal_kind="account" if account else "group",
        principal_id=holder.external_id,
        account=account,
        group=group,
        run=run,
        **{**columns, **given},
    )


def make_service(
    connection: Connection,
    owner: Person | None = None,
    backup: Person | None = None,
    **given: Any,  # noqa: ANN401
) -> Account:
    """A service account that somebody marked as one, with who answers for it."""
    account = make_account(connection, kind="service", email="", name=f"service-{next(_number)}")
    Ownership.objects.create(
        account=account,
        owner=owner,
        backup_owner=backup,
        **{"purpose": "Nightly batch", "decided_at": now(), "decided_by": "Mara", **given},
    )
    return account
