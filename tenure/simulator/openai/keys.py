"""The keys an organization starts with, and making more; all derived from the seed."""

from __future__ import annotations

from tenure.simulator.openai import facts
from tenure.simulator.openai.access import redacted
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.identifiers import derive
from tenure.simulator.openai.model import (
    GROUPS,
    MANAGEMENT,
    OWNER,
    USAGE,
    AdminKey,
    AdminKeyOwner,
    Credential,
    User,
)
from tenure.simulator.openai.organization import Organization

_PREFIX = {
    "admin": "sk-admin-",
    "read_only": "sk-admin-",
    "personal": "sk-",
    "project": "sk-proj-",
}
SCOPES = {
    "admin": [*MANAGEMENT, *GROUPS, *USAGE],
    "read_only": ["api.management.read", "api.groups.read", "api.usage.read"],
    "personal": ["api.model.read", "model.request"],
    "project": ["api.model.read", "model.request"],
}
VALUE_LENGTH = 48


def make_keys(
    organization: Organization, *, admin_email: str | None = None, personal_email: str | None = None
) -> None:
    """One key of each kind: admin and read-only of an owner, personal and project of a reader."""
    users = list(organization.users)
    people = [user for user in users if not user.is_service_account]
    owner = _chosen(people, admin_email, owner=True)
    reader = _chosen(people, personal_email, owner=False)
    since = owner.added_at if owner else 0
    # Whoever starts an organization means to use this one.
    make_key(
        organization,
        "admin",
        owner,
        name="Administration",
        created_at=since,
        last_used_at=organization.now(),
    )
    make_key(organization, "read_only", owner, name="Inventory, read only", created_at=since)
    make_key(organization, "personal", reader)
    make_key(organization, "project", reader)


def make_key(
    organization: Organization,
    kind: str,
    owner: User | None,
    *,
    name: str | None = None,
    created_at: int | None = None,
    expires_at: int | None = None,
    last_used_at: int | None = None,
    scopes: list[str] | None = None,
    actor: Actor | None = None,
) -> tuple[str, str]:
    """A new key that works at once: its value and its id. One made now is told in the log."""
    key_id = organization.mint("key_")
    value = _PREFIX[kind] + derive(organization.seed, "value", key_id, length=VALUE_LENGTH)
    organization.credentials[value] = Credential(
        id=key_id,
        kind=kind,
        owner_id=owner.id if owner else "",
        scopes=SCOPES[kind] if scopes is None else scopes,
        expires_at=expires_at,
    )
    if kind in {"admin", "read_only"}:
        row = AdminKey(
            id=key_id,
            name=name,
            redacted_value=redacted(value),
            created_at=organization.now() if created_at is None else created_at,
            expires_at=expires_at,
            last_used_at=last_used_at,
            owner=admin_owner(owner),
        )
        organization.admin_keys.add(row)
        organization.begin(facts.admin_key(organization, row), actor)
        data = {"scopes": ["all"] if scopes is None else scopes}
        organization.record("api_key.created", actor, id=key_id, data=data)
    return value, key_id


def first_of_kind(organization: Organization, kind: str) -> str:
    """The value of the key the organization started with."""
    values = (v for v, c in organization.credentials.items() if c.kind == kind)
    return next(values, "")


def revoke_keys(
    organization: Organization,
    key_ids: set[str],
    *,
    faults: Faults,
    actor: Actor | None = None,
) -> None:
    """Take keys away; they may go on working, and be seen, for some seconds."""
    now = organization.clock.now()
    dead_from = now + faults.seconds("key_lag")
    for credential in organization.credentials.values():
        if credential.id in key_ids and credential.dead_from is None:
            credential.dead_from = dead_from
    for key_id in key_ids:
        if (row := organization.admin_keys.remove(key_id, now=now, **faults.lags())) is not None:
            organization.end(facts.admin_key(organization, row), actor, since=row.created_at)
            organization.record("api_key.deleted", actor, id=key_id)


def hand_over(organization: Organization, key_id: str, owner_id: str) -> None:
    """Who uses the key is somebody else from now on."""
    for credential in organization.credentials.values():
        if credential.id == key_id:
            credential.owner_id = owner_id


def _chosen(people: list[User], email: str | None, *, owner: bool) -> User | None:
    if email is not None:
        return next((user for user in people if user.email == email), None)
    matching = (user for user in people if (user.role == OWNER) is owner)
    return next(matching, people[0] if people else None)


def admin_owner(user: User | None) -> AdminKeyOwner:
    return AdminKeyOwner(
        type="service_account" if user and user.is_service_account else "user",
        id=user.id if user else "",
        name=(user and user.name) or "",
        created_at=user.created if user else 0,
        role=(user and user.role) or "",
    )
