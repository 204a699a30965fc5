"""What a connector tells us it saw: frozen, provider-neutral, and nothing but facts.

Ids are the provider's own, kept as text exactly as received. `None` always means "the provider
did not say", never "no". Unknown roles and states stay as the text they came in. `raw` is the
record as received, one JSON document in UTF-8, for "explain" and for hashing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

AccountStatus = Literal["active", "suspended"]
EntitlementKind = Literal["role", "group", "permission", "licence"]
CredentialStatus = Literal["active", "expired", "orphaned"]
InvitationStatus = Literal["pending", "accepted", "expired", "cancelled"]
ActivityKind = Literal["login", "key_use", "usage", "administration"]
ActivitySource = Literal["login_event", "audit_event", "project_key", "admin_key", "usage"]


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing seen. `external_id` is unique within its collection."""

    external_id: str
    raw: bytes = b""


class AccountFact(Fact, frozen=True, kw_only=True, gc=False):
    """An identity that can sign in or act: a human's or a service's."""

    email: str | None = None
    name: str | None = None
    role: str | None = None
    status: AccountStatus = "active"
    is_service: bool = False
    is_default: bool | None = None
    is_scim_managed: bool | None = None
    added_at: datetime | None = None
    last_used_at: datetime | None = None


class ResourceFact(Fact, frozen=True, kw_only=True, gc=False):
    """Something access is to: the organization, a project."""

    kind: str
    name: str | None = None
    parent_id: str | None = None
    archived_at: datetime | None = None
    created_at: datetime | None = None


class EntitlementFact(Fact, frozen=True, kw_only=True, gc=False):
    """A right the provider can give: a role of a resource, membership of a group."""

    kind: EntitlementKind
    name: str | None = None
    resource_id: str | None = None
    description: str | None = None
    permissions: tuple[str, ...] = ()
    is_predefined: bool | None = None
    is_scim_managed: bool | None = None


class GrantFact(Fact, frozen=True, kw_only=True, gc=False):
    """A principal holds an entitlement, directly or through a group."""

    principal_kind: Literal["account", "group"]
    principal_id: str
    entitlement_id: str
    resource_id: str | None = None
    via_group_id: str | None = None
    began_at: datetime | None = None


class CredentialFact(Fact, frozen=True, kw_only=True, gc=False):
    """A key that acts for an account. Its secret is never part of a fact."""

    kind: str
    name: str | None = None
    owner_id: str | None = None
    owner_kind: Literal["account", "service"] | None = None
    resource_id: str | None = None
    hint: str | None = None
    status: CredentialStatus = "active"
    created_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class InvitationFact(Fact, frozen=True, kw_only=True, gc=False):
    """Access offered and perhaps not yet taken. `grants` are (resource id, role) pairs."""

    email: str | None = None
    role: str | None = None
    status: str = "pending"
    invited_at: datetime | None = None
    expires_at: datetime | None = None
    accepted_at: datetime | None = None
    grants: tuple[tuple[str, str], ...] = ()


class SpendFact(Fact, frozen=True, kw_only=True, gc=False):
    """What was spent in thirty days by one account, key and project, as far as they are named."""

    principal_id: str | None
    credential_id: str | None
    resource_id: str | None
    micros: int
    currency: str


class ActivityFact(Fact, frozen=True, kw_only=True, gc=False):
    """Something an account did, with the source that says so; `detail` is the provider's word.

    `at` is the beginning of the hour or day where the source says no more.
    """

    kind: ActivityKind
    principal_id: str
    at: datetime
    source: ActivitySource
    precision: Literal["instant", "hour", "day"] = "instant"
    detail: str | None = None
