from __future__ import annotations

from datetime import date

import pytest

from tenure.audit.models import AuditEvent
from tenure.compliance.models import Holiday
from tenure.compliance.operations.add_holiday import add_holiday
from tenure.compliance.operations.remove_holiday import remove_holiday
from tenure.lib.errors import NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")


def test_a_day_is_worked_again():
    kept, gone = (
        add_holiday(on=date(2026, 12, day), name="Christmas", actor=ADA) for day in (25, 26)
    )
    remove_holiday(holiday_ref=gone.ref, actor=ADA)
    assert list(Holiday.objects.values_list("on", flat=True)) == [kept.on]
    assert AuditEvent.objects.get(verb="holiday.removed").subject_ref == str(gone.ref)
    with pytest.raises(NotFound):
        remove_holiday(holiday_ref=gone.ref, actor=ADA)


@pytest.mark.parametrize("who", ["mara", "sid", "aud"])
def test_settings_are_an_admins(who):
    holiday = add_holiday(on=date(2026, 12, 25), name="Christmas", actor=ADA)
    with pytest.raises(NotAllowed):
        remove_holiday(holiday_ref=holiday.ref, actor=actor_of(who))
