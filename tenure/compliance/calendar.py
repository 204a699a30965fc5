"""When the time allowed is over."""

from __future__ import annotations

from datetime import datetime, timedelta


def due(since: datetime, *, days: int) -> datetime:
    """So many calendar days after the clock began."""
    return since + timedelta(days=days)
