"""Rows for tests of what acts without anybody signing in, and of who owns an organization."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from tenure.connections.models import Connection
from tenure.inventory import below
from tenure.inventory.models import (
    Account,
    Collection,
    Credential,
    Grant,
    KnownBy,
    Ownership,
    Resource,
    SyncRun,
)
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.testing.factories import entitlement_of, make_account

_number = count(1)


def make_key(
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


def make_role(
    resource: Resource,
    role: str,
    *,
    collection: Collection,
    account: Account | None = None,
    group: Resource | None = None,
    **given: Any,  # noqa: ANN401
) -> Grant:
    """A role on a resource, held by an account or a group, as a list says."""
    run, _ = SyncRun.objects.get_or_create(
        connection=resource.connection, status="complete", defaults={"queued_at": now()}
    )
    columns: dict[str, Any] = {"began_at": now() - timedelta(days=30), "began_known_by": "provider"}
    holder: Account | Resource | None = account or group
    assert holder is not None
    return Grant.objects.create(
        collection=collection,
        entitlement=entitlement_of(resource, role),
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
