"""What roles are said to be, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenure.inventory import role_rules
from tenure.inventory.access_wording import PROJECT_ROLES, known
from tenure.inventory.models import Entitlement, EntitlementChange, Resource
from tenure.inventory.wording import ROLES
from tenure.lib.text import quantity

_WORDS = {word: said for word, (said, _) in ROLES.items()} | dict(PROJECT_ROLES)


def label(role: str, name: str = "") -> str:
    """A role's name: the word of a predefined one, what its makers called any other."""
    return _WORDS.get(role) or name or role or "Unknown role"


def where(role: Entitlement) -> str:
    """What a role is of."""
    is_of_organization = role.resource.kind == Resource.Kind.ORGANIZATION
    return "The organization" if is_of_organization else str(role.resource)


def origin(role: Entitlement) -> str:
    """Who made a role."""
    if role.is_predefined is None:
        return "Known from grants only"
    return "Predefined" if role.is_predefined else "Custom"


def permissions_of(role: Entitlement) -> list[str]:
    return [one for one in role.permissions.split("\n") if one]


def is_privileged(role: Entitlement) -> bool:
    return role_rules.is_privileged(role=role.external_id, permissions=permissions_of(role))


def areas(permissions: Iterable[str]) -> list[tuple[str, str]]:
    """Permissions for reading: area and what may be done there."""
    return [
        (area.replace("_", " ").replace(".", ", ").capitalize(), ", ".join(what))
        for area, what in role_rules.by_area(permissions).items()
    ]


_STEPS = {
    "appeared": ("shield", "Role appeared"),
    "reappeared": ("shield", "Role came back"),
    "ended": ("shield-off", "Role is no longer in the catalogue"),
}


def steps_of_role(changes: Iterable[EntitlementChange]) -> list[dict[str, Any]]:
    """The life of a role, for {% timeline %}."""
    entries = []
    for change in changes:
        note = known(at=change.at, not_before=change.not_before, known_by=change.known_by)
        icon, text = _STEPS.get(change.kind, ("pencil", ""))
        if change.field == "permissions":
            icon, text = "shield-exclamation", _moved(change.before, change.after)
        elif change.field == "is_predefined":
            text = "Became predefined" if change.after == "yes" else "Became a custom role"
        elif change.field:
            before, after = change.before or "nothing", change.after or "nothing"
            text = f"{change.field.capitalize()}: {before} → {after}"
        entries.append({"text": text, "at": change.at, "note": note, "icon": icon})
    return entries


def _moved(before: str, after: str) -> str:
    """Which permissions a role was given and which it lost."""
    earlier, later = set(before.split("\n")) - {""}, set(after.split("\n")) - {""}
    given, lost = sorted(later - earlier), sorted(earlier - later)
    told = [f"now also {', '.join(given)}"] if given else []
    told += [f"no longer {', '.join(lost)}"] if lost else []
    number = quantity(len(given) + len(lost), "permission")
    return f"{number} changed: {'; '.join(told)}"
