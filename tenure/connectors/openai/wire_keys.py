"""Keys as they travel, without their values, and rules that let in without one; their facts."""

from __future__ import annotations

from typing import Literal

import msgspec

from tenure.connectors.facts import CredentialFact, ResourceFact
from tenure.connectors.openai.typed import ADMIN_KEY
from tenure.connectors.openai.wire import Instant, KeyOwner, instant

_ACCESS = {"active": True, "inactive": False}


class ProjectKeyOwner(msgspec.Struct):
    type: str | None = None
    user: KeyOwner | None = None
    service_account: KeyOwner | None = None


class ProjectKey(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/project-api-keys/object"""

    id: str
    name: str | None = None
    redacted_value: str | None = None
    created_at: Instant = None
    expires_at: Instant = None
    last_used_at: Instant = None
    owner: ProjectKeyOwner | None = None
    owner_project_access: str | None = None


class AdminKeyOwner(msgspec.Struct):
    id: str | None = None
    name: str | None = None
    type: str | None = None


class AdminKeyRecord(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/admin-api-keys/object"""

    id: str
    name: str | None = None
    redacted_value: str | None = None
    created_at: Instant = None
    expires_at: Instant = None
    last_used_at: Instant = None
    owner: AdminKeyOwner | None = None


class IdentityProviderRecord(msgspec.Struct):
    """Whose tokens are believed. Described by the SDK alone, as rules are."""

    id: str
    name: str | None = None
    issuer: str | None = None
    audience: str | None = None
    enabled: bool | None = None
    created_at: Instant = None


class Permissions(msgspec.Struct):
    """`restricted` to scopes, or whatever the service account may."""

    type: str | None = None
    scopes: list[str] | None = None


class FederationRuleRecord(msgspec.Struct):
    id: str
    name: str | None = None
    project_id: str | None = None
    service_account_id: str | None = None
    attribute_matchers: dict[str, str | bool | int | float | None] | None = None
    permissions: Permissions | None = None
    enabled: bool | None = None
    created_at: Instant = None


def identity_provider(provider: IdentityProviderRecord, raw: bytes) -> ResourceFact:
    said = (("issued by", provider.issuer), ("for", provider.audience))
    return ResourceFact(
        external_id=provider.id,
        raw=raw,
        kind="identity_provider",
        name=provider.name,
        terms=" ".join(f"{word} {value}" for word, value in said if value),
        is_enabled=provider.enabled,
        created_at=instant(provider.created_at),
    )


def federation_rule(rule: FederationRuleRecord, raw: bytes, _provider_id: str) -> CredentialFact:
    """It has no secret: whoever holds a token that fits acts as the service account."""
    permissions = rule.permissions or Permissions()
    matchers = rule.attribute_matchers or {}
    return CredentialFact(
        external_id=rule.id,
        raw=raw,
        kind="federation_rule",
        resource_id=rule.project_id,
        name=rule.name,
        owner_id=rule.service_account_id,
        owner_kind="service",
        conditions=tuple(f"{name} is {_said(matchers[name])}" for name in sorted(matchers)),
        scopes=tuple(permissions.scopes or ()) if permissions.type == "restricted" else None,
        is_enabled=rule.enabled,
        created_at=instant(rule.created_at),
    )


def _said(value: object) -> str:
    """Of a condition, as JSON writes it; a text without its quotation marks."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def project_key(key: ProjectKey, raw: bytes, project_id: str) -> CredentialFact:
    """A word for access that nobody has heard of says nothing about it."""
    owner = key.owner or ProjectKeyOwner()
    who = owner.user or owner.service_account or KeyOwner()
    return CredentialFact(
        external_id=key.id,
        raw=raw,
        kind="project_key",
        resource_id=project_id,
        name=key.name,
        hint=key.redacted_value,
        owner_id=who.id,
        owner_name=who.name,
        owner_kind=_kind("service_account" if owner.service_account else owner.type),
        owner_has_access=_ACCESS.get(key.owner_project_access or ""),
        created_at=instant(key.created_at),
        expires_at=instant(key.expires_at),
        last_used_at=instant(key.last_used_at),
    )


def admin_key(key: AdminKeyRecord, raw: bytes) -> CredentialFact | None:
    """None for a project's key: the list was seen to have those, too.

    Told apart by how their values begin; one whose value says nothing is taken for an admin key
    until its project has it.
    """
    value = key.redacted_value or ""
    if value.startswith("sk-") and not ADMIN_KEY.startswith(value[: len(ADMIN_KEY)].rstrip(".*…")):
        return None
    owner = key.owner or AdminKeyOwner()
    return CredentialFact(
        external_id=key.id,
        raw=raw,
        kind="admin_key",
        name=key.name,
        hint=key.redacted_value,
        owner_id=owner.id,
        owner_name=owner.name,
        owner_kind=_kind(owner.type),
        created_at=instant(key.created_at),
        expires_at=instant(key.expires_at),
        last_used_at=instant(key.last_used_at),
    )


def _kind(said: str | None) -> Literal["account", "service"] | None:
    if said is None:
        return None
    return "service" if said == "service_account" else "account"
