"""What may be asked of evidence, and by whom. Pure: no database, no clock, no framework."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tenure.lib.errors import Invalid, NotFound, TooMany

MOST_AT_ONCE = 5
_LONGEST = timedelta(days=3 * 366)


def window_of(
    first: date | None, last: date | None, *, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime]:
    """The instants of a window of days where the organization is, the last one not included.

    first       last                -> window
    missing     any                    Invalid
    any         missing                Invalid
    after last  any                    Invalid
    any         to come                Invalid
    any         today                  until now
    any         a day that is over     until its end
    longer than three years            Invalid
    """
    if first is None or last is None:
        raise Invalid("Give the first and the last day.", field="first" if not first else "last")
    if last < first:
        raise Invalid("Let the last day be no earlier than the first.", field="last")
    if last - first > _LONGEST:
        raise Invalid("Choose at most three years; make several bundles of more.", field="first")
    if last > now.astimezone(zone).date():
        raise Invalid("Choose days that have begun; nobody knows the others.", field="last")
    if first.year < 2000:  # noqa: PLR2004 - before any provider of AI
        raise Invalid("Choose days of this century.", field="first")
    begins, ends = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    return begins, min(ends, now)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def check_within(
    window: tuple[datetime, datetime] | None, *, begins_at: datetime | None, ends_at: datetime
) -> None:
    """An auditor asks about their observation window.

    window   begins before it   ends after it   -> outcome
    none     any                any                accept
    given    no                 no                 accept
    given    otherwise                             Invalid
    """
    if window is None:
        return
    if (begins_at or ends_at) < window[0] or ends_at > window[1]:
        raise Invalid(
            f"Choose days of your observation window: {window[0]:%Y-%m-%d} to "
            f"{last_day_of(window)}."
        )


def last_day_of(window: tuple[datetime, datetime]) -> date:
    """The last day that is within a window, in UTC."""
    return (window[1] - timedelta.resolution).date()


def check_free(*, open_builds: int) -> None:
    """Nobody fills the queue."""
    if open_builds >= MOST_AT_ONCE:
        raise TooMany(f"{MOST_AT_ONCE} bundles of yours are being made; wait for one of them.")


def check_finished(*, state: str) -> None:
    """Of what is not finished there is no file."""
    if state == "failed":
        raise NotFound("This bundle could not be made; its page says why. Create it anew.")
    if state != "finished":
        raise NotFound("This bundle is still being made; come back in a moment.")


def scope_of(held: Collection[str] | None) -> list[str] | None:
    """The connections a bundle covers, in order; None is all of them."""
    return None if held is None else sorted(held)


def file_name(kind: str, asked: Mapping[str, str]) -> str:
    """`tenure-evidence-leavers-2026-07-01-2026-09-30.zip`: the same for the same."""
    said = [kind, *(value[:10] for name, value in asked.items() if name in ("on", "from", "to"))]
    said += [value[-12:] for name, value in asked.items() if name == "ref"]
    said += [value for name, value in asked.items() if name == "test"]
    plain = (re.sub(r"[^a-z0-9]+", "-", one.lower()).strip("-")[:60] for one in said)
    return f"tenure-evidence-{'-'.join(plain)}.zip"
