from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.compliance.models import ComplianceTest
from tenure.compliance.operations.set_test import set_test
from tenure.compliance.tests.cases import DAY, NOON, stray
from tenure.jobs.models import Job
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

ADA = actor_of("ada")


def test_a_new_sla_is_that_of_new_findings_only(organization):
    before = stray(organization, began_at=NOON)
    set_test(slug="accounts-linked", sla_days=2, sla_unit="business", actor=ADA)
    after = stray(organization, began_at=NOON)
    before.refresh_from_db()
    assert (before.sla_days, before.sla_unit) == (7, "calendar")
    assert before.due_at == NOON + 7 * DAY
    assert (after.sla_days, after.sla_unit) == (2, "business")
    assert after.due_at == NOON + 2 * DAY
    # Nor does it move when its clock turns out to have begun at another time.
    before.account.began_at = NOON - DAY
    before.account.save()
    stray(organization)
    before.refresh_from_db()
    assert before.due_at == NOON + 6 * DAY


def test_it_says_what_was_and_what_is_and_asks_the_tests_again(organization):
    set_test(slug="accounts-linked", sla_days=2, sla_unit="business", actor=ADA)
    event = AuditEvent.objects.get(verb="test.set")
    assert event.detail["before"] == {"sla": "7 days"}
    assert event.detail["after"] == {"sla": "2 business days"}
    assert Job.objects.filter(task__endswith="evaluate_tests").exists()


def test_thresholds_as_usual_are_not_kept(organization):
    terms = {"slug": "stale-invites", "sla_days": 7, "sla_unit": "calendar", "actor": ADA}
    assert set_test(**terms, thresholds={"days": 3}).thresholds == {"days": 3}
    assert set_test(**terms, thresholds={"days": 7}).thresholds == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sla_days": 0},
        {"sla_days": 366},
        {"sla_unit": "hours"},
        {"thresholds": {"days": 0}},
        {"thresholds": {"nonsense": 1}},
    ],
)
def test_it_refuses_what_makes_no_sense(organization, wrong):
    usual = {"slug": "stale-invites", "sla_days": 7, "sla_unit": "calendar", "actor": ADA}
    with pytest.raises(Invalid):
        set_test(**{**usual, **wrong})
    with pytest.raises(NotFound):
        set_test(**{**usual, "slug": "no-such-test"})


def test_the_database_keeps_days_and_unit_together(organization):
    row = set_test(slug="accounts-linked", sla_days=2, sla_unit="business", actor=ADA)
    for wrong in ({"sla_unit": ""}, {"sla_days": 0}, {"sla_days": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ComplianceTest.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.parametrize("who", ["mara", "sid", "hugo", "aud"])
def test_settings_are_an_admins(organization, who):
    with pytest.raises(NotAllowed):
        set_test(slug="accounts-linked", sla_days=2, sla_unit="business", actor=actor_of(who))
