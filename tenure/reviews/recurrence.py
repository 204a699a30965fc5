"""When a campaign comes again, by an RRULE (RFC 5545). Pure: no database, no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dateutil.rrule import rruleset, rrulestr  # type: ignore[import-untyped] # it ships no types

from tenure.lib.errors import Invalid

_NEVER = ("SECONDLY", "MINUTELY", "HOURLY", "DTSTART")
_EXAMPLE = "FREQ=MONTHLY;INTERVAL=3"
# A review each day is a mistake, and so would be one each second.
_LEAST = timedelta(days=7)


def check_recurrence(rule: str, *, since: datetime) -> str:
    """The rule without its prefix; empty for none. Invalid when it is none, or too frequent."""
    said = rule.strip().upper().removeprefix("RRULE:")
    if not said:
        return ""
    first = next_after(said, since=since, after=since)
    if first is None:
        raise Invalid("That recurrence never comes again; leave it out.", field="recurrence")
    second = next_after(said, since=since, after=first)
    if second is not None and second - first < _LEAST:
        raise Invalid("Let a campaign recur at most once a week.", field="recurrence")
    return said


def next_after(rule: str, *, since: datetime, after: datetime) -> datetime | None:
    """The first time after an instant; None when there is none."""
    has_two_ends = "COUNT" in rule and "UNTIL" in rule
    if "\n" in rule or has_two_ends or any(word in rule for word in _NEVER):
        raise _no_rule(rule)
    try:
        found = rrulestr(rule, dtstart=since.astimezone(UTC))
        if isinstance(found, rruleset):
            raise _no_rule(rule)
        coming: datetime | None = found.after(after.astimezone(UTC))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise _no_rule(rule) from error
    return coming


def _no_rule(rule: str) -> Invalid:
    return Invalid(
        f"{rule[:60]!r} is no recurrence; write one such as {_EXAMPLE}.", field="recurrence"
    )
