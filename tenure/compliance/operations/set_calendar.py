from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tenure.audit import operations as audit
from tenure.compliance import queries, setting_rules
from tenure.compliance.models import OrganizationCalendar
from tenure.lib.actor import Actor


@transaction.atomic
def set_calendar(*, zone: str, working_days: Sequence[int], actor: Actor) -> OrganizationCalendar:
    """Say where the organization's days begin and which of the week it works (Monday is 0).

    Due dates are counted anew for nothing that is open: its time was promised.
    """
    calendar = queries.calendar_to_change(actor=actor)
    days = sorted(set(working_days))
    setting_rules.check_calendar(zone=zone, working_days=days)
    before = {"zone": calendar.zone, "working_days": calendar.working_days}
    calendar.zone, calendar.working_days = zone, days
    calendar.save(update_fields=["zone", "working_days"])
    audit.record(
        "calendar.set",
        actor=actor,
        subject=calendar,
        before=before,
        after={"zone": zone, "working_days": days},
    )
    return calendar
