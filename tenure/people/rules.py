"""Whether somebody's tenure is running. Pure: no database, no clock, no settings.

end instant passed   disabled or unlisted   not begun   on leave   -> state
yes                  any                    any         any           former
no                   yes                    any         any           inactive
no                   no                     yes         any           upcoming
no                   no                     no          yes           on_leave
no                   no                     no          no            current

state      -> may hold access
current       yes
on_leave      as the organization chooses (default yes)
upcoming      from 14 days before the start, as the organization chooses
inactive      no
former        no
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tenure.lib.errors import Conflict, Invalid

State = Literal["upcoming", "current", "on_leave", "inactive", "former"]

EARLY_ACCESS = timedelta(days=14)
MOST_OF_AN_IMPORT = 0.20

STATUS_WORDS: dict[str, Literal["active", "on_leave", "disabled"]] = {
    "": "active",
    "active": "active",
    "current": "active",
    "employed": "active",
    "on_leave": "on_leave",
    "on leave": "on_leave",
    "leave": "on_leave",
    "inactive": "disabled",
    "disabled": "disabled",
    "suspended": "disabled",
    "terminated": "disabled",
    "former": "disabled",
    "left": "disabled",
}


def zone(name: str, *, default: str) -> ZoneInfo:
    """The person's time zone, else the organization's. Unknown names are refused."""
    try:
        return ZoneInfo(name or default)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            f"{name or default!r} is not a time zone; write one such as Europe/Oslo."
        ) from error


def beginning(starts_on: date | None, *, in_zone: ZoneInfo) -> datetime | None:
    """The instant the first day begins where the person is."""
    return _midnight(starts_on, in_zone) if starts_on else None


def end(ends_on: date | None, end_at: datetime | None, *, in_zone: ZoneInfo) -> datetime | None:
    """The instant from which somebody is former.

    The end date is the last day of work and belongs to the tenure, so this is the following
    midnight where the person is. An exact instant overrides the date.
    """
    if end_at is not None:
        return end_at.astimezone(UTC)
    return _midnight(ends_on + timedelta(days=1), in_zone) if ends_on else None


def _midnight(day: date, in_zone: ZoneInfo) -> datetime:
    # Where clocks skip midnight, fold 0 gives the instant of the skip: when the day begins.
    return datetime.combine(day, time(0), tzinfo=in_zone).astimezone(UTC)


def state(
    *,
    begins_at: datetime | None,
    ends_at: datetime | None,
    is_disabled: bool,
    is_listed: bool,
    is_on_leave: bool,
    now: datetime,
) -> State:
    """The state at `now`."""
    if ends_at is not None and ends_at <= now:
        return "former"
    if is_disabled or not is_listed:
        return "inactive"
    if begins_at is not None and begins_at > now:
        return "upcoming"
    return "on_leave" if is_on_leave else "current"


def may_hold_access(
    of_state: State, *, begins_at: datetime | None, now: datetime, on_leave_may: bool = True
) -> bool:
    """Whether somebody in this state may have accounts."""
    if of_state == "on_leave":
        return on_leave_may
    if of_state == "upcoming":
        return begins_at is not None and begins_at - EARLY_ACCESS <= now
    return of_state == "current"


def is_large_import(*, would_end: int, people: int) -> bool:
    """Whether an import ends or unlists so many that somebody should look first."""
    return bool(people) and would_end > MOST_OF_AN_IMPORT * people


def check_import_size(*, would_end: int, people: int, is_confirmed: bool) -> None:
    """An import that ends or unlists more than a fifth of the people asks first."""
    if not is_confirmed and is_large_import(would_end=would_end, people=people):
        raise Conflict(
            f"This import would end or no longer list {would_end} of {people} people; check the "
            "file, then confirm it (--yes on the command line)."
        )
