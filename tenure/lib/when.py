"""WHEN, as it is written on a command line: a day, an instant, or now."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tenure.lib.errors import Invalid

_LAST_OF_A_DAY = timedelta(milliseconds=1)


def instant_of(written: str, *, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant that is meant.

    written                    -> instant
    now                           now
    a day, today                  now
    a day                         its last millisecond in the zone
    an instant with offset        that instant
    anything else                 Invalid
    """
    if written == "now":
        return now
    try:
        return _meant(written, zone=zone, now=now)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            f"{written} is no day or instant; write 2026-03-31, 2026-03-31T12:00+01:00 or now."
        ) from error


def _meant(written: str, *, zone: ZoneInfo, now: datetime) -> datetime:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        instant = datetime.fromisoformat(written)
        if instant.tzinfo is None:
            raise
        return instant.astimezone(UTC)
    if day == now.astimezone(zone).date():
        return now
    following = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return following.astimezone(UTC) - _LAST_OF_A_DAY
