"""When somebody is told that an exemption is about to end. Pure.

left             lasts in all       -> told that it ends within
nothing             any                 nothing: its finding is open again
up to 1 day         over 1 day          1 day
up to 7 days        over 7 days         7 days
otherwise                               nothing: whoever exempted it for days knows it

What was missed by a stopped worker is not made up for: of two that are due, the later is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WARNING = timedelta(days=7)
_WARNINGS = (1, 7)


def days_to_warn(*, ends_at: datetime, exempted_at: datetime, at: datetime) -> int | None:
    """Within how many days it ends, when that is to be told."""
    left, lasts = ends_at - at, ends_at - exempted_at
    if left <= timedelta(0):
        return None
    due = (days for days in _WARNINGS if left <= timedelta(days=days) < lasts)
    return next(due, None)
