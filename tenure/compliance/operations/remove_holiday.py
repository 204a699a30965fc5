from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.compliance import queries
from tenure.compliance.models import Holiday
from tenure.lib.actor import Actor


@transaction.atomic
def remove_holiday(*, holiday_ref: UUID | str, actor: Actor) -> Holiday:
    """A day off that is worked after all."""
    holiday = queries.holiday_to_remove(holiday_ref, actor=actor)
    Holiday.objects.filter(pk=holiday.pk).delete()
    audit.record(
        "holiday.removed", actor=actor, subject=holiday, text={"name": holiday.name}, on=holiday.on
    )
    return holiday
