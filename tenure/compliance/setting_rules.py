"""How an organization may ask a test, and on which days it works. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tenure.compliance.exemption_rules import check_words
from tenure.lib.errors import Conflict, Invalid

LONGEST_SLA = 365
MOST_SUBSCRIBERS = 10
UNITS = ("business", "calendar")


def check_sla(*, days: int, unit: str) -> None:
    """The time allowed.

    days            unit                   -> outcome
    1 to 365        business or calendar      accept
    anything else   any                       Invalid
    any             anything else             Invalid
    """
    if not 1 <= days <= LONGEST_SLA:
        raise Invalid("Allow from 1 to 365 days.", field="sla_days")
    if unit not in UNITS:
        raise Invalid("Count the time allowed in business or in calendar days.", field="sla_unit")


def check_thresholds(given: Mapping[str, int], bounds: Mapping[str, tuple[int, int]]) -> None:
    """Each threshold of the test is a whole number within its bounds, and there are no others."""
    for name, value in given.items():
        if name not in bounds:
            raise Invalid(f"This test has no threshold {name}: leave it out.")
        least, most = bounds[name]
        if not least <= value <= most:
            raise Invalid(f"Choose from {least:,} to {most:,}.", field=name)


def check_deactivation(
    *, is_deactivated: bool, reason: str, until: date | None, today: date
) -> None:
    """Nobody stops asking a question without saying why.

    deactivated already   reason    until            -> outcome
    yes                   any       any                 Conflict
    no                    missing   any                 Invalid
    no                    given     before today        Invalid
    no                    given     none, or later      accept
    """
    if is_deactivated:
        raise Conflict("This test is deactivated already; reload the page.")
    check_words(reason, field="reason", otherwise="Say why: the auditor reads it.")
    if until is not None and until < today:
        raise Invalid("Let the last day be today or later.", field="until")


def deactivation_is_over(*, until: date | None, today: date) -> bool:
    """The last day named still belongs to it; without one it lasts."""
    return until is not None and today > until


def check_subscription(*, is_subscribed: bool, subscribers: int, may_see: bool) -> None:
    """Who is told of findings may see them, and is one of few.

    subscribed already   may see tests   subscribers   -> outcome
    yes                  any             any              Conflict
    no                   no              any              Invalid
    no                   yes             10 or more       Conflict
    no                   yes             fewer            accept
    """
    if is_subscribed:
        raise Conflict("They are subscribed already.")
    if not may_see:
        raise Invalid("They may not see tests: give them a role that may, first.", field="email")
    if subscribers >= MOST_SUBSCRIBERS:
        raise Conflict(f"A test has at most {MOST_SUBSCRIBERS} subscribers; take one off first.")


def check_calendar(*, zone: str, working_days: list[int]) -> None:
    """Where the days begin and which of the week are worked: at least one."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("Write a time zone such as Europe/Oslo.", field="zone") from error
    if not working_days or not set(working_days) <= set(range(7)):
        raise Invalid("Choose at least one working day.", field="working_days")


def check_holiday(*, name: str, is_known: bool) -> None:
    """A day off has a name, and is off once."""
    check_words(name, field="name", otherwise="Say which holiday it is.", most=200)
    if is_known:
        raise Conflict("This day is a holiday already.")


def check_import(*, days: int, left_out: int) -> None:
    """A file without a single day off changes nothing."""
    if days:
        return
    why = "each of them was left out" if left_out else "there are none in it"
    raise Invalid(f"This file has no days off for these years: {why}.", field="file")
