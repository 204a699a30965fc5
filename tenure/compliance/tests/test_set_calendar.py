from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.compliance import queries
from tenure.compliance.models import OrganizationCalendar
from tenure.compliance.operations.set_calendar import set_calendar
from tenure.compliance.operations.set_test import set_test
from tenure.compliance.tests.cases import DAY, NOON, stray
from tenure.lib.errors import Invalid, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")


def test_it_begins_as_the_operator_said_monday_to_friday(settings):
    settings.TENURE_TIME_ZONE = "Europe/Oslo"
    calendar = queries.organization_calendar(actor=actor_of("aud"))
    assert (calendar.zone, calendar.working_days) == ("Europe/Oslo", [0, 1, 2, 3, 4])


def test_new_findings_are_counted_by_it_and_open_ones_keep_their_time(organization):
    set_test(slug="accounts-linked", sla_days=1, sla_unit="business", actor=ADA)
    before = stray(organization, began_at=NOON)
    set_calendar(zone="UTC", working_days=[2, 0, 2], actor=ADA)
    after = stray(organization, began_at=NOON)
    before.refresh_from_db()
    assert before.due_at == NOON + DAY
    assert after.due_at == NOON + 2 * DAY
    event = AuditEvent.objects.get(verb="calendar.set")
    assert event.detail["after"] == {"zone": "UTC", "working_days": [0, 2]}


@pytest.mark.parametrize(
    "wrong",
    [{"zone": "Mars/Olympus"}, {"zone": ""}, {"zone": "../etc/passwd"}, {"working_days": []},
     {"working_days": [7]}],
)  # fmt: skip
def test_it_refuses_a_place_or_a_week_that_does_not_exist(wrong):
    with pytest.raises(Invalid):
        set_calendar(**{"zone": "UTC", "working_days": [0], "actor": ADA, **wrong})


def test_there_is_one():
    set_calendar(zone="UTC", working_days=[0], actor=ADA)
    set_calendar(zone="Asia/Tokyo", working_days=[1], actor=ADA)
    assert OrganizationCalendar.objects.get().zone == "Asia/Tokyo"
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationCalendar.objects.create(pk=2, zone="UTC")


@pytest.mark.parametrize("who", ["mara", "sid", "hugo", "aud"])
def test_settings_are_an_admins(who):
    with pytest.raises(NotAllowed):
        set_calendar(zone="UTC", working_days=[0], actor=actor_of(who))
