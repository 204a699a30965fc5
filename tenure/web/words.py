"""Instants and names as people read them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import ceil

MINUTE, HOUR, DAY = 60, 3600, 86_400
TWO_WEEKS = 14 * DAY


def relative(instant: datetime, now: datetime) -> str:
    """How long ago or until, in whole units: the past rounded down, the future up; a day's name
    beyond two weeks.

    < 60 s   now
    < 60 min 4 min ago | in 4 min
    < 24 h   3 h ago   | in 3 h
    < 14 d   5 d ago   | in 5 d
    beyond   2 Nov, with the year when it is another
    """
    seconds = round(abs((instant - now).total_seconds()))
    if seconds < MINUTE:
        return "now"
    if seconds >= TWO_WEEKS:
        return day(instant, now)
    unit, name = (MINUTE, "min") if seconds < HOUR else (HOUR, "h") if seconds < DAY else (DAY, "d")
    if instant < now:
        return f"{seconds // unit} {name} ago"
    return f"in {ceil(seconds / unit)} {name}"


def day(moment: datetime | date, now: datetime) -> str:
    """2 Nov; with the year when it is not this one."""
    shown = moment.astimezone(UTC) if isinstance(moment, datetime) else moment
    text = f"{shown.day} {shown:%b}"
    return text if shown.year == now.year else f"{text} {shown.year}"


def local(moment: datetime | date, zone: tzinfo) -> str:
    """2 Nov 2026, 09:10 CET, or just the date."""
    shown = moment.astimezone(zone) if isinstance(moment, datetime) else moment
    text = f"{shown.day} {shown:%b %Y}"
    return f"{text}, {shown:%H:%M %Z}" if isinstance(shown, datetime) else text


def exact(moment: datetime | date) -> str:
    """2026-11-23 09:10:12 UTC, or just the date."""
    if isinstance(moment, datetime):
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return moment.isoformat()


def initials(name: str) -> str:
    """Two capitals: of the first and last word, of an address its local part; "?" of nothing."""
    local = name.partition("@")[0]
    words = [word for word in re.split(r"[\s.\-]+", local) if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]).upper()


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole days, at least 1 for any time at all."""
    return max(1, (later - earlier) // timedelta(days=1))
