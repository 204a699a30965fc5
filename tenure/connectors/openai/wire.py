"""The provider's records as they travel, and the facts they become.

Only `id` is demanded. Every other field may be null, absent or a word nobody has heard of: the
schema says less than the service sends, and sends other things than it says.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from tenure.connectors.facts import AccountFact, GrantFact, InvitationFact, ResourceFact

Instant = int | float | None


class ListPage(msgspec.Struct):
    """One page of any list. Items stay bytes, so that each is decoded and kept by itself."""

    data: list[msgspec.Raw]
    has_more: bool | None = None
    last_id: str | None = None
    next: str | None = None


class Bucket(msgspec.Struct):
    """What was used or spent on one day, grouped."""

    start_time: Instant = None
    results: list[msgspec.Raw] = []


class BucketPage(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/usage"""

    data: list[Bucket]
    has_more: bool | None = None
    next_page: str | None = None


class Used(msgspec.Struct):
    """Traffic of which nobody is named has a null for its user."""

    user_id: str | None = None


class Amount(msgspec.Struct):
    value: Decimal
    currency: str = "usd"


class Cost(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/usage/costs_object"""

    amount: Amount
    user_id: str | None = None
    api_key_id: str | None = None
    project_id: str | None = None


class UserDetail(msgspec.Struct):
    email: str | None = None
    name: str | None = None
    enabled: bool | None = None
    banned: bool | None = None


class User(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/users/object"""

    id: str
    email: str | None = None
    name: str | None = None
    role: str | None = None
    added_at: Instant = None
    api_key_last_used_at: Instant = None
    is_default: bool | None = None
    is_scim_managed: bool | None = None
    is_service_account: bool | None = None
    user: UserDetail | None = None


class InvitedTo(msgspec.Struct):
    id: str | None = None
    role: str | None = None


class Invite(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/invite/object"""

    id: str
    email: str | None = None
    role: str | None = None
    status: str | None = None
    created_at: Instant = None
    invited_at: Instant = None
    expires_at: Instant = None
    accepted_at: Instant = None
    projects: list[InvitedTo] | None = None


class Identified(msgspec.Struct):
    """A record of which nothing but its id is wanted yet."""

    id: str


class Project(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/projects/object"""

    id: str
    name: str | None = None
    created_at: Instant = None
    archived_at: Instant = None


class Member(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/project-users/object"""

    id: str
    role: str | None = None
    added_at: Instant = None


class KeyOwner(msgspec.Struct):
    id: str | None = None
    name: str | None = None


class AdminKey(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/admin-api-keys/object"""

    id: str
    redacted_value: str | None = None
    created_at: int | None = None
    expires_at: int | None = None
    owner: KeyOwner | None = None


def account(user: User, raw: bytes) -> AccountFact:
    """Pending invitees are not among users; service accounts may be."""
    detail = user.user or UserDetail()
    return AccountFact(
        external_id=user.id,
        raw=raw,
        email=user.email or detail.email,
        name=user.name or detail.name,
        role=user.role,
        status="suspended" if detail.banned or detail.enabled is False else "active",
        is_service=bool(user.is_service_account),
        is_default=user.is_default,
        is_scim_managed=user.is_scim_managed,
        added_at=instant(user.added_at),
        last_used_at=instant(user.api_key_last_used_at),
    )


def invitation(invite: Invite, raw: bytes) -> InvitationFact:
    """Accepted invites stay listed. `projects` is demanded by the schema and often absent."""
    invited = invite.created_at if invite.invited_at is None else invite.invited_at
    return InvitationFact(
        external_id=invite.id,
        raw=raw,
        email=invite.email,
        role=invite.role,
        status=invite.status or "pending",
        invited_at=instant(invited),
        expires_at=instant(invite.expires_at),
        accepted_at=instant(invite.accepted_at),
        grants=tuple((p.id, p.role or "") for p in invite.projects or () if p.id),
    )


def project(project: Project, raw: bytes) -> ResourceFact:
    return ResourceFact(
        external_id=project.id,
        raw=raw,
        kind="project",
        name=project.name,
        created_at=instant(project.created_at),
        archived_at=instant(project.archived_at),
    )


def membership(member: Member, raw: bytes, project_id: str) -> GrantFact:
    """Who is a member directly. The role is the provider's word; empty when it gave none."""
    return GrantFact(
        external_id=member.id,
        raw=raw,
        principal_kind="account",
        principal_id=member.id,
        entitlement_id=member.role or "",
        resource_id=project_id,
        began_at=instant(member.added_at),
    )


def instant(seconds: Instant) -> datetime | None:
    """Unix seconds as UTC. Raises ValueError for an instant no calendar has."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError):
        raise ValueError("not an instant") from None
