from __future__ import annotations

from datetime import date

import pytest

from tenure.audit.models import AuditEvent
from tenure.compliance.operations.add_holiday import add_holiday
from tenure.compliance.operations.set_test import set_test
from tenure.compliance.tests.cases import DAY, NOON, stray
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import actor_of

ADA = actor_of("ada")


def test_a_day_off_is_not_counted(organization):
    set_test(slug="accounts-linked", sla_days=1, sla_unit="business", actor=ADA)
    add_holiday(on=date(2026, 11, 24), name="Founders' day", actor=ADA)
    assert stray(organization, began_at=NOON).due_at == NOON + 2 * DAY
    assert AuditEvent.objects.get(verb="holiday.added").detail["on"] == "2026-11-24"


def test_a_day_is_off_once_and_has_a_name(organization):
    add_holiday(on=date(2026, 12, 25), name="Christmas", actor=ADA)
    with pytest.raises(Conflict, match="already"):
        add_holiday(on=date(2026, 12, 25), name="Again", actor=ADA)
    with pytest.raises(Invalid, match="which holiday"):
        add_holiday(on=date(2026, 12, 26), name="", actor=ADA)


@pytest.mark.parametrize("who", ["mara", "sid", "aud"])
def test_settings_are_an_admins(organization, who):
    with pytest.raises(NotAllowed):
        add_holiday(on=date(2026, 12, 25), name="Christmas", actor=actor_of(who))
