"""What people need to know from slices that stand above them, asked through the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string


def here() -> ZoneInfo:
    """The time zone of the organization's calendar."""
    resolver: Callable[[], ZoneInfo] = import_string(settings.TENURE_ZONE_RESOLVER)
    return resolver()


def day_of(instant: datetime) -> date:
    """The date that the organization's calendar shows at an instant."""
    resolver: Callable[[datetime], date] = import_string(settings.TENURE_DAY_RESOLVER)
    return resolver(instant)
