from __future__ import annotations

from datetime import date

import pytest

from tenure.audit.models import AuditEvent
from tenure.compliance.models import Holiday, OrganizationCalendar
from tenure.compliance.operations.add_holiday import add_holiday
from tenure.compliance.operations.import_holidays import import_holidays
from tenure.compliance.tests.test_holidays import calendar, event
from tenure.lib.errors import Invalid, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")
CHRISTMAS = event("Christmas", "20201225", "RRULE:FREQ=YEARLY")


def take(content: bytes, actor=ADA):
    return import_holidays(content=content, file_name="norway.ics", actor=actor)


def test_what_recurs_is_written_out_from_last_year_for_five_years(noon):
    done = take(calendar(CHRISTMAS, event("Meeting", "20261125T100000Z")))
    assert (done.days, done.until) == (7, date(2031, 12, 31))
    assert done.left_out == ["Meeting: it has a time of day"]
    years = [day.year for day in Holiday.objects.order_by("on").values_list("on", flat=True)]
    assert years == list(range(2025, 2032))
    kept = OrganizationCalendar.objects.get()
    assert (kept.holidays_file, kept.holidays_until) == ("norway.ics", done.until)
    assert AuditEvent.objects.get(verb="holidays.imported").detail["days"] == 7


def test_another_file_takes_its_place_and_leaves_what_was_typed(noon):
    take(calendar(CHRISTMAS))
    typed = [
        add_holiday(on=date(2026, 5, 17), name="Constitution day", actor=ADA),
        add_holiday(on=date(2026, 12, 24), name="Half day", actor=ADA),
    ]
    take(calendar(event("Eve", "20261224"), event("New year", "20270101")))
    found = dict(Holiday.objects.order_by("on").values_list("on", "name"))
    assert found == {
        typed[0].on: "Constitution day",
        typed[1].on: "Half day",
        date(2027, 1, 1): "New year",
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no calendar", "not a calendar file"),
        (calendar(), "no days off for these years: there are none"),
        (calendar(event("Meeting", "20261125T100000Z")), "each of them was left out"),
    ],
)
def test_a_file_without_days_off_changes_nothing(noon, content, says):
    take(calendar(CHRISTMAS))
    with pytest.raises(Invalid, match=says):
        take(content)
    assert Holiday.objects.count() == 7


@pytest.mark.parametrize("who", ["mara", "sid", "aud"])
def test_settings_are_an_admins(who):
    with pytest.raises(NotAllowed):
        take(calendar(CHRISTMAS), actor=actor_of(who))
