"""Whether somebody may hold access: since when not, as a finding prints it, and judged again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tenure.compliance.definition import Input
from tenure.people import rules as people_rules
from tenure.people.models import Person

_SOURCE = "people source"


def has_ended(person: Person, at: datetime) -> bool:
    return person.ends_at is not None and person.ends_at <= at


def may_not_since(person: Person, at: datetime) -> datetime:
    """The end of the tenure; for somebody disabled before it, when the source last spoke."""
    ended_at = person.ends_at if has_ended(person, at) else None
    return ended_at or person.changed_at


def about(person: Person, prefix: str = "") -> tuple[Input, ...]:
    """Everything that decides whether somebody may hold access."""
    changed_at = person.changed_at
    return (
        Input(f"{prefix}Person", str(person.ref), _SOURCE),
        Input(f"{prefix}Last day", person.ends_on.isoformat() if person.ends_on else None, _SOURCE),
        Input(f"{prefix}Ended at", _text(person.ends_at), _SOURCE, changed_at),
        Input(f"{prefix}Begins at", _text(person.begins_at), _SOURCE, changed_at),
        Input(f"{prefix}Disabled", person.is_disabled, _SOURCE, changed_at),
        Input(f"{prefix}Listed", person.is_listed, _SOURCE, changed_at),
        Input(f"{prefix}On leave", person.is_on_leave, _SOURCE, changed_at),
    )


def may_hold_access(inputs: Mapping[str, Any], at: datetime, prefix: str = "") -> bool:
    """The rule of people, asked again of what `about` printed."""
    begins_at = moment(inputs[f"{prefix}Begins at"])
    state = people_rules.state(
        begins_at=begins_at,
        ends_at=moment(inputs[f"{prefix}Ended at"]),
        is_disabled=bool(inputs[f"{prefix}Disabled"]),
        is_listed=bool(inputs[f"{prefix}Listed"]),
        is_on_leave=bool(inputs[f"{prefix}On leave"]),
        now=at,
    )
    return people_rules.may_hold_access(state, begins_at=begins_at, now=at)


def why_not(inputs: Mapping[str, Any], at: datetime, prefix: str = "") -> str:
    """Why somebody may not hold access, after their name: `left on 20 Nov 2026`."""
    ended_at = moment(inputs[f"{prefix}Ended at"])
    if ended_at is not None and ended_at <= at:
        return f"left on {day(inputs[f'{prefix}Last day'] or ended_at.isoformat())}"
    if inputs[f"{prefix}Disabled"]:
        return "is disabled by the people source"
    if not inputs[f"{prefix}Listed"]:
        return "is no longer listed by the people source"
    return f"does not begin until {day(inputs[f'{prefix}Begins at'])}"


def day(written: str | None) -> str:
    """A printed day or instant as people say it: `20 Nov 2026`."""
    said = date.fromisoformat(written[:10]) if written else None
    return f"{said.day} {said:%b %Y}" if said else "an unknown day"


def moment(written: str | None) -> datetime | None:
    """An instant as it was printed."""
    return datetime.fromisoformat(written) if written else None


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
