"""When reviewers are reminded. Pure: no database, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta


def reminder(*, due_at: datetime, opened_at: datetime | None, at: datetime) -> str:
    """Which reminder is due, as a word that tells it from the others; empty for none.

    time until it is due        opened before that   -> reminder
    more than 7 days            any                     none: opening it told them
    7 days or less, over 1      yes                     week
    1 day or less               yes                     day
    either                      no                      none: they were told when it was opened
    none                        any                     overdue, one for each day
    """
    left = due_at - at
    if left <= timedelta():
        return f"overdue-{at:%Y%m%d}"
    for name, days in (("day", 1), ("week", 7)):
        begins = due_at - timedelta(days=days)
        if at >= begins:
            return name if opened_at is not None and opened_at < begins else ""
    return ""
