"""What judging a credential brings: what was asked, what was seen, and what the key is."""

from __future__ import annotations

from typing import Literal

import msgspec


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One request made while judging a credential, as it is shown to the person who typed it."""

    method: str
    path: str
    status: int | None
    milliseconds: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One row of "what it can do": what was seen, in words."""

    capability: str
    explains: str
    seen: str
    state: Literal["readable", "missing_scope", "unavailable", "off", "unconfirmed"]


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    """What a credential turned out to be, from live reads and before anything is stored.

    `organization_proof` says which answers named the organization by its id; what the header of an
    answer held (the id or a short name) and which id the roles named is kept beside it, to compare
    before something is changed. Both are empty when not given. `may_write` and
    `audit_logging` are None where reading alone cannot tell. Instants are Unix seconds.
    `users_seen` counts the first page; `more_users` says that there are others.
    """

    organization_id: str
    organization_name: str | None
    organization_proof: Literal["response_header", "role_ids", "both", "none"]
    key_kind: Literal["admin", "read_only", "limited", "personal"]
    key_hint: str
    found: tuple[Found, ...]
    probes: tuple[Probe, ...]
    may_write: bool | None
    audit_logging: bool | None
    key_owner: str | None = None
    key_owner_id: str | None = None
    key_created_at: int | None = None
    key_expires_at: int | None = None
    users_seen: int | None = None
    more_users: bool = False
    organization_header: str = ""
    organization_in_roles: str = ""

    @property
    def is_full(self) -> bool:
        """True when the key limits nothing; what the provider does not offer is no limit of it."""
        return self.key_kind == "admin" and all(r.state != "missing_scope" for r in self.found)
