"""Whether somebody may hold access: since when not, as a finding prints it, and judged again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max, Min, Q

from tenure.compliance.definition import Input
from tenure.people import rules as people_rules
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access

_SOURCE = "people source"


class Holder(NamedTuple):
    """Of a person what a verdict rests on; a hundred thousand of these cost little."""

    id: int
    ref: UUID
    ends_on: date | None
    ends_at: datetime | None
    begins_at: datetime | None
    is_disabled: bool
    is_listed: bool
    is_on_leave: bool
    changed_at: datetime
    left_on: date | None
    left_at: datetime | None
    left_by: str
    left_reason: str
    left_said_at: datetime | None


HOLDER = Holder._fields


def has_ended(person: Person | Holder, at: datetime) -> bool:
    return person.ends_at is not None and person.ends_at <= at


def stopped_at(at: datetime) -> dict[int, datetime]:
    """Since when people may not hold access though their tenure has not ended, by key. One query.

    What keeps them from it             -> since
    disabled, and that is in history       when it last became so
    no longer listed, likewise             when it last became so
    both                                   the earlier of the two
    a first day too far away, likewise     when that day was last changed
    any of it, but not in history          their first change: it was so at the latest by then
    nothing of them ever changed           not here; see may_not_since
    """
    changed = {
        "disabled": Max(
            "changes__at", filter=Q(changes__field="is_disabled", changes__after="yes")
        ),
        "unlisted": Max("changes__at", filter=Q(changes__field="is_listed", changes__after="no")),
        "postponed": Max("changes__at", filter=Q(changes__field="starts_on")),
        "first": Min("changes__at"),
    }
    stopped = Person.objects.filter(may_not_hold_access(at=at), changes__isnull=False)
    rows = stopped.exclude(ends_at__lte=at).order_by().annotate(**changed)
    since = {}
    for pk, is_disabled, is_listed, disabled, unlisted, postponed, first in rows.values_list(
        "pk", "is_disabled", "is_listed", *changed
    ):
        causes = [disabled] if is_disabled else []
        causes += [] if is_listed else [unlisted]
        since[pk] = min(cause or first for cause in causes or [postponed])
    return since


def may_not_since(
    person: Person | Holder, at: datetime, stopped: Mapping[int, datetime]
) -> datetime:
    """The end of the tenure; for somebody stopped before it, as `stopped_at` knows, else when
    anything of them was last told."""
    ended_at = person.ends_at if has_ended(person, at) else None
    return ended_at or stopped.get(person.id, person.changed_at)


def about(person: Person | Holder, prefix: str = "") -> tuple[Input, ...]:
    """Everything that decides whether somebody may hold access."""
    changed_at, ends_on = person.changed_at, person.ends_on
    return (
        Input(f"{prefix}Person", str(person.ref), _SOURCE),
        Input(f"{prefix}Last day", ends_on.isoformat() if ends_on else None, _SOURCE),
        Input(f"{prefix}Ended at", _text(person.ends_at), person.left_by or _SOURCE, changed_at),
        Input(f"{prefix}Begins at", _text(person.begins_at), _SOURCE, changed_at),
        Input(f"{prefix}Disabled", person.is_disabled, _SOURCE, changed_at),
        Input(f"{prefix}Listed", person.is_listed, _SOURCE, changed_at),
        Input(f"{prefix}On leave", person.is_on_leave, _SOURCE, changed_at),
        *(_word(person, prefix) if person.left_at else ()),
    )


def _word(person: Person | Holder, prefix: str) -> tuple[Input, ...]:
    """A human said that they have left, which stands above what the sources say."""
    by, said_at = person.left_by, person.left_said_at
    left_on = person.left_on.isoformat() if person.left_on else None
    return (
        *([Input(f"{prefix}Marked last day", left_on, by, said_at)] if left_on else ()),
        Input(f"{prefix}Marked as left at", _text(person.left_at), by, said_at),
        Input(f"{prefix}Reason", person.left_reason, by, said_at),
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
        if said := inputs.get(f"{prefix}Marked last day"):
            return f"left on {day(said)}"
        last_day = inputs[f"{prefix}Last day"]
        if last_day is None or f"{prefix}Marked as left at" in inputs:
            # An instant that is midnight is no longer part of the day before.
            last_day = (ended_at - timedelta.resolution).isoformat()
        return f"left on {day(last_day)}"
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
