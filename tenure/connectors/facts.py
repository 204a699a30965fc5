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
# A role, or simply being in there.
EntitlementKind = Literal["role", "member"]
CredentialKind = Literal["project_key", "admin_key", "federation_rule"]
InvitationStatus = Literal["pending", "accepted", "expired", "cancelled"]
EventSubject = Literal[
    "account",
    "service_account",
    "invitation",
    "project",
    "group",
    "role",
    "grant",
    "credential",
    "identity_provider",
    "federation_rule",
    "login",
    "logout",
    "",
]
EventVerb = Literal["added", "changed", "removed", "succeeded", "failed", ""]
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
    """Something access is to: the organization, a project, a group; or whose tokens are let in.

    `terms` say which of them: by whom issued, and for whom.
    """

    kind: str
    name: str | None = None
    terms: str | None = None
    is_enabled: bool | None = None
    is_scim_managed: bool | None = None
    archived_at: datetime | None = None
    created_at: datetime | None = None


class EntitlementFact(Fact, frozen=True, kw_only=True, gc=False):
    """A role that a resource has: of the organization's, `resource_id` is None.

    `external_id` is the word of a predefined role and the provider's id of another, as in the
    grants of it; `provider_id` is always the provider's id.
    """

    name: str | None = None
    resource_id: str | None = None
    provider_id: str | None = None
    description: str | None = None
    permissions: tuple[str, ...] = ()
    is_predefined: bool | None = None


class GrantFact(Fact, frozen=True, kw_only=True, gc=False):
    """A principal holds an entitlement of a resource; of the organization, when that is None.

    `via_group_ids` are the groups through which it is held, where the provider says so; a principal
    that no other list has is a service when `principal_name` is given.
    """

    principal_kind: Literal["account", "group"] = "account"
    principal_id: str
    principal_name: str | None = None
    entitlement_kind: EntitlementKind = "role"
    entitlement_id: str
    resource_id: str | None = None
    via_group_ids: tuple[str, ...] = ()
    began_at: datetime | None = None


class CredentialFact(Fact, frozen=True, kw_only=True, gc=False):
    """A key that acts for an account, or a rule that lets in without one. No secret is ever part
    of a fact.

    `owner_has_access` says whether the owner still reaches what the key is for. A rule lets in on
    `conditions`; `scopes` are all that may be done, None where that is as much as the owner may.
    """

    kind: CredentialKind
    resource_id: str | None = None
    name: str | None = None
    hint: str | None = None
    owner_id: str | None = None
    owner_name: str | None = None
    owner_kind: Literal["account", "service"] | None = None
    owner_has_access: bool | None = None
    conditions: tuple[str, ...] = ()
    scopes: tuple[str, ...] | None = None
    is_enabled: bool | None = None
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


class EventFact(Fact, frozen=True, kw_only=True):
    """Something that happened, as the provider's own log tells it.

    `type` is the provider's word. `about` and `verb` are ours; empty for what we have no word for.
    `subject_id` is of what it is about: an account, an invitation, a key; of a grant it is the
    entitlement, held by `principal_id` on `resource_id`, and being in a group is one. `changes` are
    new values by field.
    `actor_kind` is how the actor was signed in (session, api_key); all of the actor is None where
    the log names nobody. `key_id` is the key that acted.
    """

    at: datetime
    type: str
    about: EventSubject = ""
    verb: EventVerb = ""
    subject_id: str = ""
    principal_kind: Literal["account", "group", "service"] | None = None
    principal_id: str | None = None
    resource_kind: str | None = None
    resource_id: str | None = None
    changes: dict[str, str] = {}
    actor_kind: str | None = None
    actor_id: str | None = None
    actor_email: str | None = None
    key_id: str | None = None
