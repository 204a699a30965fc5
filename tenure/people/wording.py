"""What is told of people, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenure.people.directory import TOLD, as_text
from tenure.people.models import Person, PersonChange

# Tone, icon and word of each state.
_STATES = {
    "current": ("", "user-check", "Current"),
    "on_leave": ("", "beach", "On leave"),
    "upcoming": ("", "calendar-time", "Upcoming"),
    "inactive": ("amber", "user-pause", "Inactive"),
    "former": ("", "user-off", "Former"),
}


def shown_state(state: str) -> dict[str, str]:
    """A state for {% state %}."""
    return dict(zip(("tone", "icon", "word"), _STATES[state], strict=True))


def history(changes: Iterable[PersonChange]) -> list[dict[str, Any]]:
    """What became different of somebody, for {% timeline %}."""
    return [
        {"text": _told(change), "at": change.at, "icon": "pencil", "note": f"By {change.source}"}
        for change in changes
    ]


def _told(change: PersonChange) -> str:
    if change.field == "merged":
        return f"Merged with {change.after}" if change.after else f"Parted from {change.before}"
    field = TOLD.get(change.field, change.field)
    return f"{field}: {change.before or 'nothing'} → {change.after or 'nothing'}"


def side_by_side(kept: Person, other: Person) -> list[dict[str, Any]]:
    """What the two entries say, field by field, where at least one of them says something."""
    rows = [
        {
            "label": label,
            "kept": as_text(getattr(kept, name)),
            "other": as_text(getattr(other, name)),
        }
        for name, label in TOLD.items()
        if not name.startswith("is_")
    ]
    return [
        row | {"differs": row["kept"] != row["other"]}
        for row in rows
        if row["kept"] or row["other"]
    ]
