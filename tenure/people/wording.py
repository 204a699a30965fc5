"""What is told of people, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tenure.people import rules
from tenure.people.directory import TOLD, as_text, state_of
from tenure.people.models import Delegation, Person, PersonChange

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


def history(changes: Iterable[PersonChange], *, in_zone: ZoneInfo) -> list[dict[str, Any]]:
    """What became different of somebody, for {% timeline %}; instants as their clock shows them."""
    return [
        {
            "text": _told(change, in_zone),
            "at": change.at,
            "icon": "pencil",
            "note": f"By {change.source}",
        }
        for change in changes
    ]


# What is told when a yes becomes a no, or the other way round.
_TURNED = {
    "is_on_leave": ("On leave", "No longer on leave"),
    "is_disabled": ("Disabled", "No longer disabled"),
    "is_listed": ("Listed again", "No longer listed"),
    "left_at": ("Marked as left from {}", "No longer marked as left"),
}


def _told(change: PersonChange, in_zone: ZoneInfo) -> str:
    if change.field == "merged":
        return f"Merged with {change.after}" if change.after else f"Parted from {change.before}"
    if turned := _TURNED.get(change.field):
        return turned[change.after in ("", "no")].format(_shown(change.after, in_zone))
    field = TOLD.get(change.field, change.field)
    before, after = (_shown(said, in_zone) or "nothing" for said in (change.before, change.after))
    return f"{field}: {before} → {after}"


def _shown(written: str, in_zone: ZoneInfo) -> str:
    """A day or an instant of the history as people read it; anything else as it is."""
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return written
    if "T" not in written:
        return f"{read.day} {read:%b %Y}"
    there = read.astimezone(in_zone)
    return f"{there.day} {there:%b %Y, %H:%M %Z}"


def delegations(
    some: Iterable[Delegation], *, of: Person, today: date
) -> dict[str, list[dict[str, Any]]]:
    """Who decides in this person's place and in whose place they decide: `now` or later, and
    what is `over`."""
    shown: dict[str, list[dict[str, Any]]] = {"now": [], "over": []}
    for one in some:
        is_over = one.withdrawn_at is not None or one.until_day < today
        word = "Withdrawn" if one.withdrawn_at else "Over" if is_over else "Decides now"
        said = word if is_over or one.from_day <= today else "Later"
        is_theirs = one.person_id == of.pk
        other = one.to if is_theirs else one.person
        entry = {"one": one, "other": other, "is_theirs": is_theirs, "word": said}
        shown["over" if is_over else "now"].append(entry)
    return shown


def side_by_side(
    kept: Person,
    other: Person,
    results: Mapping[str, Person],
    *,
    at: datetime,
    default_zone: str,
) -> list[dict[str, Any]]:
    """What the two entries say and what the merge makes of them, field by field, where one of
    them says something."""
    people = [kept, other, *results.values()]
    zones = [rules.zone(one.time_zone, default=default_zone) for one in people]
    rows = [("State", [state_of(one, at=at).replace("_", " ").capitalize() for one in people])]
    for name, label in TOLD.items():
        said = [as_text(getattr(one, name)) for one in people]
        rows.append((label, [_shown(*one) for one in zip(said, zones, strict=True)]))
    return [
        {
            "label": label,
            "kept": said[0],
            "other": said[1],
            "results": list(zip(results, said[2:], strict=True)),
        }
        for label, said in rows
        if label not in ("On leave", "Disabled", "Listed") and any(said)
    ]
