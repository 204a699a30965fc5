"""The days before the demo was started."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.compliance.models import ComplianceTest, Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.demo.remembering import remember
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_people_source, make_person

pytestmark = pytest.mark.django_db
MARA, DAY = actor_of("mara"), timedelta(days=1)


def test_each_day_has_the_answer_of_what_existed_by_then():
    make_people_source()
    leaver = make_person(ends_on=(now() - 30 * DAY).date())
    make_account(make_connection(), person=leaver, began_at=now() - 60 * DAY)
    run_tests(actor=MARA)
    remember(actor=MARA)
    leavers = ComplianceTest.objects.get(slug="leavers-deprovisioned")
    open_on = {(now() - one.at).days: one.open for one in leavers.results.all()}
    assert [open_on[ago] for ago in (90, 59, 33, 27, 1)] == [0, 0, 0, 1, 1]
    linked = ComplianceTest.objects.get(slug="accounts-linked")
    assert set(linked.results.values_list("open", flat=True)) == {0}


def test_an_answer_is_all_that_is_remembered():
    make_people_source()
    make_person("Somebody current")
    make_account(make_connection(), began_at=now() - 40 * DAY)
    run_tests(actor=MARA)
    remember(actor=MARA)
    linked = ComplianceTest.objects.get(slug="accounts-linked")
    assert linked.results.filter(open=1, at__lt=now() - DAY).count() == 40
    (finding,) = Finding.objects.filter(test=linked)
    assert finding.opened_at.date() == now().date()
