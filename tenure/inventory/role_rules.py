"""What a role lets its holder do, from its permissions. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.inventory.access_rules import OWNER

# Whoever may change one of these may give access, to others or to themselves.
AREAS = (
    "management",
    "organization",
    "project",
    "projects",
    "users",
    "invites",
    "groups",
    "roles",
    "service_accounts",
    "keys",
    "api_keys",
    "admin_api_keys",
)
CHANGES = ("write", "manage")
# How a permission ends that lets its holder give access.
GIVES_ACCESS = tuple(f".{area}.{change}" for area in AREAS for change in CHANGES)


def is_privileged(*, role: str, permissions: Iterable[str] = ()) -> bool:
    """Whether a role may give access.

    role      permissions                                    -> privileged
    owner     any                                               yes
    other     one that changes who is there or what they may    yes
    other     others only, or none known                        no
    """
    return role == OWNER or any(one.endswith(GIVES_ACCESS) for one in permissions)


def by_area(permissions: Iterable[str]) -> dict[str, list[str]]:
    """What may be done, by area: api.management.read becomes {"management": ["read"]}."""
    areas: dict[str, list[str]] = {}
    for permission in sorted(set(permissions)):
        area, _, what = permission.removeprefix("api.").rpartition(".")
        areas.setdefault(area or "other", []).append(what)
    return areas
