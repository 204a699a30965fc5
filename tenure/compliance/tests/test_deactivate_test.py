from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.compliance.models import ComplianceTest
from tenure.compliance.operations.deactivate_test import deactivate_test
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import DAY, MARA, TODAY, stray
from tenure.inventory.models import Collection
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account

SLUG = "accounts-linked"


def run() -> str:
    Collection.objects.update(completed_at=now())
    return run_tests(slugs=[SLUG], actor=MARA)[0].state


def test_it_is_asked_no_more_and_its_findings_stay_as_they_were(organization):
    finding = stray(organization)
    row = deactivate_test(slug=SLUG, reason=" We are moving ", actor=MARA)
    assert (row.deactivated_reason, row.deactivated_by) == ("We are moving", "Mara Okafor")
    make_account(organization)
    assert run() == "deactivated"
    assert [one.pk for one in row.findings.all()] == [finding.pk]
    assert "moving" not in str(AuditEvent.objects.get(verb="test.deactivated").detail)


def test_the_day_after_the_last_it_is_asked_again_by_itself(organization, noon):
    deactivate_test(slug=SLUG, reason="We are moving", until=TODAY + DAY, actor=MARA)
    stray_account = make_account(organization)
    noon.shift(DAY)
    assert run() == "deactivated"
    noon.shift(DAY / 2)
    assert run() == "needs_attention"
    row = ComplianceTest.objects.get(slug=SLUG)
    assert (row.deactivated_reason, row.deactivated_until) == ("", None)
    assert row.findings.get().account == stray_account


def test_without_a_last_day_it_rests_until_somebody_activates_it(organization, noon):
    deactivate_test(slug=SLUG, reason="Not our business", actor=MARA)
    noon.shift(400 * DAY)
    assert run() == "deactivated"


def test_it_needs_a_reason_a_day_to_come_and_an_active_test(organization):
    with pytest.raises(Invalid, match="Say why"):
        deactivate_test(slug=SLUG, reason="", actor=MARA)
    with pytest.raises(Invalid, match="today or later"):
        deactivate_test(slug=SLUG, reason="Moving", until=TODAY - DAY, actor=MARA)
    deactivate_test(slug=SLUG, reason="Moving", until=TODAY, actor=MARA)
    with pytest.raises(Conflict, match="already"):
        deactivate_test(slug=SLUG, reason="Moving", actor=MARA)


@pytest.mark.parametrize("who", ["sid", "hugo", "aud"])
def test_it_refuses_who_may_not(organization, who):
    with pytest.raises(NotAllowed):
        deactivate_test(slug=SLUG, reason="Moving", actor=actor_of(who))
