"""What a test's run adds up to. Pure: no database, no clock, no settings.

deactivated   problem with the data   nothing to ask   open findings   -> state
yes           any                     any              any                deactivated
no            yes                     any              any                invalid
no            no                      yes              0                  not_applicable
no            no                      any              1 or more          needs_attention
no            no                      no               0                  ok

A green made of no data does not exist: whatever is missing, incomplete or stale is a problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["ok", "needs_attention", "invalid", "deactivated", "not_applicable"]
DueState = Literal["due", "due_soon", "overdue"]

SOON = timedelta(days=1)
INTERVALS = 2
# Lists below others are read in turns, as far as the provider's budget goes.
ROUND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lists:
    """How the lists of one kind stand: how many there are to be, and how they were read.

    `whole` of the `lists` were ever read completely, the one longest ago at `oldest`; `locked` of
    them the provider refuses by now, for a `reason`. Of lists below others that never were, the
    first has been `waiting` since what it is of began.
    """

    lists: int = 1
    whole: int = 0
    oldest: datetime | None = None
    locked: int = 0
    reason: str = ""
    waiting: datetime | None = None


def state(
    *, is_deactivated: bool, problem: str, open_findings: int, not_applicable: str = ""
) -> State:
    """The state a run leaves a test in."""
    if is_deactivated:
        return "deactivated"
    if problem:
        return "invalid"
    if open_findings:
        return "needs_attention"
    return "not_applicable" if not_applicable else "ok"


def due_state(*, due_at: datetime, now: datetime) -> DueState:
    """How urgent an open finding is."""
    if due_at <= now:
        return "overdue"
    return "due_soon" if due_at - now <= SOON else "due"


def allowed_age(*, interval: timedelta, is_below: bool) -> timedelta:
    """How old what was read may be, of lists of the organization and of lists below others."""
    return max(INTERVALS * interval, ROUND) if is_below else INTERVALS * interval


def lists_problem(
    read: Lists, *, name: str, connection: str, allowed: timedelta, now: datetime
) -> str:
    """Why lists cannot be judged, in words; empty when they can.

    refused   completely read   the oldest          -> problem
    some      any               any                    they cannot be read
    none      not all           any                    missing
    none      all               older than allowed     stale (an incomplete read makes none younger)
    none      all               otherwise              none
    none      there are none    -                      none
    """
    if read.locked:
        return f"The {name} of {connection} cannot be read. {read.reason}".strip()
    if read.whole < read.lists:
        which = f"The {name} of {connection} have"
        if read.lists > 1:
            missing = read.lists - read.whole
            which = f"{missing:,} of {read.lists:,} lists of {name} of {connection} have"
        return f"{which} not been read completely yet; sync it."
    if read.oldest is not None and now - read.oldest > allowed:
        hours = (now - read.oldest).total_seconds() / 3600
        return (
            f"The {name} of {connection} were last read completely {hours:.0f} hours ago; look at "
            "its latest run."
        )
    return ""


def coverage_problem(
    *,
    of: int,
    judged: int,
    what: str,
    may_be_none: bool = False,
    hint: str = "look at the latest sync run",
    cure: str = "link them to people",
) -> str:
    """Why an answer without findings says nothing, in words; empty when it says something.

    judged   there are   there may be none   -> problem
    some     any         any                    none
    none     some        any                    nothing could be judged
    none     none        yes                    none
    none     none        no                     nothing to judge
    """
    if judged or (not of and may_be_none):
        return ""
    if of:
        return f"None of the {of:,} {what} could be judged; {cure}."
    return f"There are no {what} to judge yet; {hint}."


def people_problem(
    *, people: int, stale_sources: list[tuple[str, datetime | None]], now: datetime
) -> str:
    """Why people cannot be judged, in words; empty when they can."""
    if not people:
        return "There are no people yet; import them from your HR system or directory."
    for name, read_at in stale_sources:
        if read_at is None:
            return f"The people source {name} has never been read; import it."
        return f"The people source {name} was last read {(now - read_at).days} days ago; import it."
    return ""
