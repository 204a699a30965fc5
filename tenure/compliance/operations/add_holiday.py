from __future__ import annotations

from datetime import date

from django.db import transaction

from tenure.audit import operations as audit
from tenure.compliance import queries, setting_rules
from tenure.compliance.models import Holiday
from tenure.lib.actor import Actor


@transaction.atomic
def add_holiday(*, on: date, name: str, actor: Actor) -> Holiday:
    """A day off that somebody typed; no file that is uploaded later takes it away."""
    queries.calendar_to_change(actor=actor)
    setting_rules.check_holiday(
        name=name, is_known=queries.holidays(actor=actor).filter(on=on).exists()
    )
    holiday = Holiday.objects.create(on=on, name=name.strip(), origin=Holiday.Origin.HAND)
    audit.record("holiday.added", actor=actor, subject=holiday, text={"name": name}, on=on)
    return holiday
