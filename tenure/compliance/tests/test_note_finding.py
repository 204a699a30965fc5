from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent, AuditText
from tenure.compliance import queries
from tenure.compliance.operations.note_finding import note_finding
from tenure.compliance.tests.cases import MARA, NOON, stray
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

WORDS = "Waiting for his manager to answer"


@pytest.fixture
def finding(organization):
    found = stray(organization)
    note_finding(finding_ref=found.ref, text=f" {WORDS} ", actor=MARA)
    return found


def test_colleagues_read_it_oldest_first(finding):
    note_finding(finding_ref=finding.ref, text="Answered", actor=actor_of("sid"))
    notes = queries.notes_of(finding, actor=actor_of("sid"))
    assert [(one.text, one.noted_by) for one in notes] == [
        (WORDS, "Mara Okafor"),
        ("Answered", "Sid Brandt"),
    ]
    assert notes[0].noted_at == NOON


def test_no_auditor_reads_it_here_or_in_the_audit_log(finding):
    assert not queries.notes_of(finding, actor=actor_of("aud")).exists()
    event = AuditEvent.objects.get(verb="finding.noted")
    assert WORDS not in str(event.detail)
    assert not AuditText.objects.filter(text__contains=WORDS).exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001, "a\0b"])
def test_it_says_something(finding, text):
    with pytest.raises(Invalid):
        note_finding(finding_ref=finding.ref, text=text, actor=MARA)


@pytest.mark.parametrize("who", ["rita", "hugo", "aud", "oscar"])
def test_it_refuses_who_may_not(finding, who):
    with pytest.raises((NotAllowed, NotFound)):
        note_finding(finding_ref=finding.ref, text="Hello", actor=actor_of(who))
