"""Who is acting, and what they may do where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tenure.lib.errors import NotAllowed

ActorKind = Literal["user", "token", "job", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user, an API token, a job, or the system itself.

    `user_id` is the ref of the user who acts, by themselves or by a token of theirs.
    `permissions` hold everywhere; `scoped` holds more, per connection ref. `window` is an
    auditor's: they learn of what happened from its first instant until before its last.
    """

    kind: ActorKind
    id: str
    label: str
    user_id: str | None = None
    person_id: str | None = None
    permissions: frozenset[str] = frozenset()
    scoped: Mapping[str, frozenset[str]] = field(default_factory=dict)
    window: tuple[datetime, datetime] | None = None

    @property
    def named(self) -> str:
        """As people read it: what a job does, Tenure does."""
        return "Tenure" if self.kind == "job" else self.label

    def may(self, permission: str, *, connection: str | None = None) -> bool:
        """True when held everywhere, or for the named connection."""
        if permission in self.permissions:
            return True
        return connection is not None and permission in self.scoped.get(connection, ())

    def may_somewhere(self, permission: str) -> bool:
        """True when held everywhere or for at least one connection."""
        return permission in self.permissions or any(
            permission in held for held in self.scoped.values()
        )

    def require(self, permission: str, *, connection: str | None = None) -> None:
        if not self.may(permission, connection=connection):
            raise NotAllowed(
                f"{self.label} may not do this; ask an admin for the permission {permission}."
            )

    def connections_where(self, permission: str) -> frozenset[str] | None:
        """The connection refs this permission covers; None means every connection."""
        if permission in self.permissions:
            return None
        return frozenset(ref for ref, held in self.scoped.items() if permission in held)
