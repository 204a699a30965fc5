"""What was seen while a key was judged, in words: one row per capability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from tenure.connectors.base import Found, ProviderError
from tenure.connectors.openai import errors, wire
from tenure.lib.text import quantity

Item = TypeVar("Item")
State = Literal["readable", "missing_scope", "unavailable", "off", "unconfirmed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[Item]):
    """The first page of one list, or why there is none."""

    items: Sequence[Item] = ()
    more: bool = False
    organization: str = ""
    error: ProviderError | None = None

    def count(self, noun: str) -> str:
        """`12 groups`, or `100 or more groups` when there are further pages."""
        number = len(self.items)
        return f"{number:,} or more {noun}s" if self.more else quantity(number, noun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Everything that was looked at. `users` is readable, or there is nothing to tell."""

    users: Seen[wire.User]
    invites: Seen[wire.Invite]
    projects: Seen[wire.Project]
    groups: Seen[wire.Identified]
    roles: Seen[wire.Identified]
    admin_keys: Seen[wire.AdminKey]
    audit_log: Seen[wire.Identified]
    costs: Seen[Any]

    @property
    def audit_logging(self) -> bool | None:
        """Whether the organization keeps an audit log.

        the log answers            -> kept
        with an event                 yes
        without one                   no: making this key would have been the first
        missing scope, or a failure   unknown
        any other no                  no
        """
        if self.audit_log.error is None:
            return bool(self.audit_log.items)
        return False if self.audit_log.error.kind in ("refused", "not_found") else None


def found_rows(looks: Looks, *, is_admin_key: bool) -> tuple[Found, ...]:
    """The rows of "what it can do", in the order of their weight."""
    return (
        _row("Users and roles", "Who is in the organization", looks.users, _users(looks.users)),
        _row(
            "Invites",
            "Access offered and not yet taken",
            looks.invites,
            looks.invites.count("invite"),
        ),
        _row("Projects", "What people have access to", looks.projects, _projects(looks.projects)),
        _row(
            "Groups",
            "Access that arrives through a group",
            looks.groups,
            looks.groups.count("group"),
        ),
        _row("Roles", "What each role permits", looks.roles, looks.roles.count("role")),
        _row(
            "Admin keys",
            "Keys that manage the organization",
            looks.admin_keys,
            looks.admin_keys.count("admin key"),
        ),
        _audit_row(looks),
        _row("Usage and costs", "Spend and activity of keys", looks.costs, "Spend can be read."),
        _removal_row(is_admin_key=is_admin_key),
    )


def _row(capability: str, explains: str, seen: Seen[Any], words: str) -> Found:
    state: State = "readable"
    if seen.error is not None and seen.error.kind == "missing_scope":
        words, state = str(seen.error), "missing_scope"
    elif seen.error is not None:
        not_here = seen.error.kind == "not_found"
        words = errors.not_offered() if not_here else str(seen.error)
        state = "unavailable"
    return Found(capability=capability, explains=explains, seen=words, state=state)


def _users(users: Seen[wire.User]) -> str:
    owners = quantity(sum(user.role == "owner" for user in users.items), "owner")
    among = f"{owners} among the first {len(users.items)}" if users.more else f"{owners} among them"
    return f"{users.count('user')}, {among}"


def _projects(projects: Seen[wire.Project]) -> str:
    archived = sum(project.archived_at is not None for project in projects.items)
    return projects.count("project") + (f", {archived} of them archived" if archived else "")


def _audit_row(looks: Looks) -> Found:
    kept = looks.audit_logging
    row = _row(
        "Audit log",
        "Last login, who granted what, changes within a minute",
        looks.audit_log,
        "On: events can be read.",
    )
    if kept is not False:
        return row
    return Found(
        capability=row.capability,
        explains=row.explains,
        seen=(
            "No events, so audit logging is most likely off; an owner can switch it on in "
            "OpenAI's data controls, and it cannot be switched off again."
        ),
        state="off",
    )


def _removal_row(*, is_admin_key: bool) -> Found:
    words, state = _REMOVAL[is_admin_key]
    return Found(
        capability="Removal", explains="Take access away from Tenure", seen=words, state=state
    )


_REMOVAL: dict[bool, tuple[str, State]] = {
    True: (
        "Not tried: we never test a write by writing. It will be confirmed at first use.",
        "unconfirmed",
    ),
    False: (
        "Off: this key is a person's own. Replace it by an admin key to remove access from here.",
        "off",
    ),
}
