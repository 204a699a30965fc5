"""What access is said to be, and how its moments are known, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tenure.inventory.access_rules import Access, Moment
from tenure.inventory.models import KnownBy
from tenure.lib.text import quantity

# How the provider calls a role on a project, and what it lets its holder do.
PROJECT_ROLES: Mapping[str, str] = {
    "owner": "Owner",
    "member": "Member",
    "viewer": "Viewer",
    "none": "No role",
}


def project_role(role: str, name: str = "") -> str:
    """A role on a project; the provider's own word where it is not one of ours, and the name that
    somebody gave it where it has one."""
    return PROJECT_ROLES.get(role, name or role or "Unknown role")


def entitlement(role: str, *, resource: str = "", projects: int = 0, via: str = "") -> str:
    """What a role is of: "owner of the organization", "member of Search", "owner of 9 projects",
    "editor of Search through the group ML platform"."""
    said = role or "unknown role"
    through = f" through the group {via}" if via else ""
    if projects:
        return f"{said} of {quantity(projects, 'project')}"
    return f"{said} of {resource or 'the organization'}{through}"


class Said(NamedTuple):
    """A state: tone, icon and word."""

    tone: str
    icon: str
    word: str


def project_state(project: Any) -> Said:  # noqa: ANN401 - a project with `is_open`
    """What a project is to us."""
    if project.archived_at is not None:
        return Said("", "archive", "Archived")
    if project.ended_at is not None:
        return Said("", "folder-off", "No longer listed")
    if not project.is_open:
        return Said("", "plug-off", "No longer read")
    if project.is_out_of_scope:
        return Said("", "eye-off", "Out of scope")
    return Said("", "folder", "In scope")


def remark_on_list(project: Any) -> str:  # noqa: ANN401 - a project with its list of members
    """What is wrong with what is known of its members, in words; empty when nothing is."""
    if not project.is_open or project.is_out_of_scope:
        return ""
    if project.read_state in ("", "skipped"):
        return "" if project.read_at else "Not read yet"
    if project.read_state == "complete":
        return ""
    return "Could not be read" if project.read_at is None else "Last reading broke off"


def in_order(accesses: Iterable[Access]) -> list[Access]:
    """The ways to a project, the one that gives most first."""
    return sorted(accesses, key=lambda one: (one.role != "owner", _PATHS[one.path], *one))


def path(access: Access) -> str:
    """One way in plain words: "Member, through the group ML platform"."""
    return project_role(access.role) + _by_which(access)


_PATHS = {"organization owner": 0, "direct": 1, "group": 2}


def _by_which(one: Access) -> str:
    if one.path == "group":
        return f", through the group {one.group}"
    return "" if one.path == "direct" else ", because they own the organization"


def instant(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def interval(not_before: datetime | None, at: datetime) -> str:
    """From when until when something happened: no false instant."""
    if not_before is None:
        return f"before {instant(at)}"
    if not_before.date() == at.date():
        first = f"{not_before:%H:%M:%S}" if f"{not_before:%H%M}" == f"{at:%H%M}" else ""
        last = f"{at:%H:%M:%S}" if first else f"{at:%H:%M}"
        day = f"{not_before.day} {not_before:%b %Y}"
        return f"between {day}, {first or f'{not_before:%H:%M}'} and {last} UTC"
    return f"between {instant(not_before)} and {instant(at)}"


def known(*, at: datetime, not_before: datetime | None, known_by: str) -> str:
    """How a moment is known."""
    if known_by == KnownBy.PROVIDER:
        return "The provider's own time"
    if known_by == KnownBy.AUDIT_EVENT:
        return "From the provider's audit log"
    if not_before is None:
        return "Before the first read"
    said = interval(not_before, at)
    return f"{said[0].upper()}{said[1:]}"


def added(*, at: datetime, not_before: datetime | None, known_by: str, by: str = "") -> str:
    """Since when somebody has something: "Added 3 Mar 2026 by Ada", or in which time."""
    who = f" by {by}" if by else ""
    if known_by == KnownBy.BETWEEN_READS:
        return f"Added {interval(not_before, at)}{who}"
    return f"Added {at.day} {at:%b %Y}{who}"


def ended(*, at: datetime, not_before: datetime | None, known_by: str) -> str:
    """Until when somebody had something: "Ended 3 Mar 2026", or in which time."""
    if known_by == KnownBy.BETWEEN_READS:
        return f"Ended {interval(not_before, at)}"
    return f"Ended {at.day} {at:%b %Y}"


def leavers_can_reach(number: str) -> str:
    """The title of a warning; `number` as it is shown."""
    who = "1 person who" if number == "1" else f"{number} people who"
    return f"{who} may not hold access can reach it"


def with_article(role: str) -> str:
    """A role in a sentence: "a member", "an owner"."""
    return f"{'an' if role[:1].lower() in 'aeiou' else 'a'} {role}"


def certainty(between: Moment | None) -> str:
    """Whether somebody had something at an instant."""
    return "certain" if between is None else interval(between.not_before, between.at)


def leavers_in_group(number: int) -> str:
    """The title of a warning; empty when there is nothing to warn of."""
    if not number:
        return ""
    return f"{quantity(number, 'person', 'people')} in it may not hold access"
