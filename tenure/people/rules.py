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
MOST_PRECEDENCE, MOST_DAYS = 100, 400

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


def check_importable(*, kind: str, name: str) -> None:
    """A file speaks for a source that is read from files."""
    if kind != "csv":
        raise Invalid(
            f"{name} is not read from files; import into a source that is, such as CSV.",
            field="source",
        )


def instant_of_leaving(
    when: date | datetime, *, in_zone: ZoneInfo, first_day: date | None
) -> datetime:
    """From when somebody has left, by a human's word.

    when        -> instant
    an instant     that instant
    a day          it was the last day of work: the following midnight where they are
    before the first day, or at the ends of time: Invalid
    """
    if not date.min.year < when.year < date.max.year:
        raise Invalid(f"{when} is no real day; write one such as 2026-11-30.", field="at")
    day = when.astimezone(in_zone).date() if isinstance(when, datetime) else when
    if first_day and day < first_day:
        raise Invalid(f"Their first day is {first_day}; nobody leaves before it.", field="at")
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    return _midnight(day + timedelta(days=1), in_zone)


def check_reason(reason: str, *, of: str) -> str:
    """A reason that says something, without the blanks around it."""
    if not reason.strip():
        raise Invalid(f"Say why {of}; it is shown and kept in the audit log.", field="reason")
    return reason.strip()


def merge_counts(
    *,
    is_same: bool,
    kept_has_standing: bool,
    merged_has_standing: bool,
    merged_holds_others: bool,
    asked: str,
    is_confirmed: bool,
) -> str:
    """Whose dates and status hold after a merge: both, kept or merged.

    same   holds others   standing    asked     confirmed   -> outcome
    yes    any            any         any       any            Invalid
    no     yes            any         any       any            Conflict: undo those merges first
    no     no             the same    nothing   any            both
    no     no             the same    a word    any            that word
    no     no             differs     kept or merged, yes      that word
    no     no             differs     otherwise                Conflict: it asks

    Standing is neither former nor inactive.
    """
    check_are_two(is_same=is_same)
    if merged_holds_others:
        raise Conflict(
            "Others were merged into the one that would go; merge the other way round, or undo "
            "those merges first."
        )
    if kept_has_standing == merged_has_standing:
        return asked or "both"
    if asked not in ("kept", "merged") or not is_confirmed:
        raise Conflict(
            "One of them is here and the other has left or is inactive; say which of the two "
            "counts and confirm it (--counts kept or merged, and --yes, on the command line)."
        )
    return asked


def check_are_two(*, is_same: bool) -> None:
    if is_same:
        raise Invalid("This is one and the same person already; choose another.", field="other")


def check_delegation(
    *,
    is_to_oneself: bool,
    to_may_hold_access: bool,
    from_day: date,
    until_day: date,
    today: date,
    overlaps: bool,
) -> None:
    """Somebody may decide in another's place for some days that are not over.

    to oneself   to may hold access   until before from or today   overlaps   -> outcome
    yes          any                  any                          any           Invalid
    no           no                   any                          any           Conflict
    no           yes                  yes                          any           Invalid
    no           yes                  no                           yes           Conflict
    no           yes                  no                           no            accept
    """
    if is_to_oneself:
        raise Invalid("Choose somebody else; nobody stands in for themselves.", field="email")
    if not to_may_hold_access:
        raise Conflict("Choose somebody who is here; this person may not hold access.")
    if until_day < from_day or until_day < today:
        raise Invalid(
            "The last day must not lie before the first or before today.", field="until_day"
        )
    if overlaps:
        raise Conflict("Somebody else stands in during these days; withdraw that first.")


def check_is_new(known: str) -> None:
    """Somebody in the directory is edited, also when they come back; they are not entered twice."""
    if known:
        raise Conflict(f"{known} has this e-mail or external id already; edit that person.")


def check_marked_left(*, is_marked: bool) -> None:
    if not is_marked:
        raise Conflict("Nobody has marked this person as left; there is nothing to take back.")


def check_unmerge(*, is_undone: bool) -> None:
    if is_undone:
        raise Conflict("This merge is undone already; look at the two people.")


def check_withdrawal(*, is_withdrawn: bool) -> None:
    if is_withdrawn:
        raise Conflict("This delegation is withdrawn already.")


def check_source(*, precedence: int, expected_days: int, kind: str = "csv") -> None:
    """How much a source is believed, and how often it must be read to be trusted."""
    if not 1 <= precedence <= MOST_PRECEDENCE:
        raise Invalid(f"Write a precedence from 1 to {MOST_PRECEDENCE}.", field="precedence")
    if kind != "manual" and not 1 <= expected_days <= MOST_DAYS:
        raise Invalid(f"Write a number of days from 1 to {MOST_DAYS}.", field="expected_days")


def check_source_name(name: str, *, is_taken: bool) -> None:
    if not name:
        raise Invalid("Name the source, such as the HR system it comes from.", field="name")
    if is_taken:
        raise Conflict(f"There is a people source {name} already; choose another name.")
