from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.withdraw_exemption import withdraw_exemption
from tenure.compliance.tests.cases import DAY, MARA, NEXT_WEEK, NOON, leaver, refs
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of


@pytest.fixture
def finding(organization):
    found = leaver(organization)
    exempt_findings(finding_refs=refs(found), reason="A handover", until=NEXT_WEEK, actor=MARA)
    return found


def test_the_finding_is_open_again_and_due_as_it_was(finding, noon):
    due_at = finding.due_at
    noon.shift(DAY)
    done = withdraw_exemption(finding_ref=finding.ref, reason="It is over", actor=MARA)
    finding.refresh_from_db()
    assert (finding.state, finding.due_at, finding.reopened_at) == ("open", due_at, None)
    assert (done.state, done.ended_at) == ("withdrawn", NOON + DAY)
    assert (done.withdrawn_by, done.withdrawn_reason) == ("Mara Okafor", "It is over")
    event = AuditEvent.objects.get(verb="exemption.withdrawn")
    assert event.subject_ref == str(finding.ref)


def test_it_may_be_exempted_again(finding):
    withdraw_exemption(finding_ref=finding.ref, reason="Too long", actor=MARA)
    exempt_findings(finding_refs=refs(finding), reason="Shorter", until=NOON.date(), actor=MARA)
    assert [one.state for one in finding.exemptions.order_by("id")] == ["withdrawn", "active"]


def test_it_needs_a_reason_and_something_in_force(finding):
    with pytest.raises(Invalid, match="Say why"):
        withdraw_exemption(finding_ref=finding.ref, reason="", actor=MARA)
    withdraw_exemption(finding_ref=finding.ref, reason="It is over", actor=MARA)
    with pytest.raises(Conflict, match="no exemption in force"):
        withdraw_exemption(finding_ref=finding.ref, reason="It is over", actor=MARA)


@pytest.mark.parametrize("who", ["sid", "hugo", "aud"])
def test_it_refuses_who_may_not(finding, who):
    with pytest.raises((NotAllowed, NotFound)):
        withdraw_exemption(finding_ref=finding.ref, reason="It is over", actor=actor_of(who))
