"""The organization's calendar and what each test allows, as runs and operations need them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tenure.compliance.calendar import Unit, WorkingDays
from tenure.compliance.definition import Definition
from tenure.compliance.models import ComplianceTest, Holiday, OrganizationCalendar
from tenure.lib.clock import now


class Sla(NamedTuple):
    """The time a test allows."""

    days: int
    unit: Unit

    def __str__(self) -> str:
        kind = "business day" if self.unit == "business" else "day"
        return f"{self.days} {kind}{'s' if self.days != 1 else ''}"


def the_calendar() -> OrganizationCalendar:
    """As it was set, else as it begins: the operator's time zone, Monday to Friday."""
    found = OrganizationCalendar.objects.first()
    return found or OrganizationCalendar(pk=1, zone=settings.TENURE_TIME_ZONE)


def working_days() -> WorkingDays:
    """On which days the organization works. Two queries."""
    calendar = the_calendar()
    return WorkingDays(
        zone=ZoneInfo(calendar.zone),
        weekdays=frozenset(calendar.working_days),
        holidays=frozenset(Holiday.objects.values_list("on", flat=True)),
    )


def works_on() -> Callable[[date], bool]:
    """Tells of a day whether the organization works on it. Two queries, once it is asked."""
    days = cache(working_days)
    return lambda day: days().counts(day, "business")


def zone_name() -> Combinable:
    """The time zone of the organization's calendar, for a row that is read beside it."""
    chosen = OrganizationCalendar.objects.values("zone")[:1]
    return Coalesce(Subquery(chosen), Value(settings.TENURE_TIME_ZONE))


def zone() -> ZoneInfo:
    """The time zone of the organization's calendar."""
    return ZoneInfo(the_calendar().zone)


def here(instant: datetime) -> datetime:
    """The same instant, as clocks show it where the organization is."""
    return instant.astimezone(zone())


def day_of(instant: datetime) -> date:
    """The date at an instant where the organization is."""
    return here(instant).date()


def today() -> date:
    """The date where the organization is."""
    return day_of(now())


def sla_of(row: ComplianceTest, test: Definition) -> Sla:
    """What the organization chose, else what the catalogue says."""
    if row.sla_days is None:
        return Sla(test.sla_days, test.sla_unit)
    return Sla(row.sla_days, "business" if row.sla_unit == "business" else "calendar")
