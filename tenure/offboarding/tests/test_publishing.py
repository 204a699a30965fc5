"""What programs hear of an offboarding: each state it comes to."""

from __future__ import annotations

from tenure.offboarding.operations.cancel_case import cancel_case
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.tests.conftest import ada
from tenure.webhooks.models import WebhookEvent


def test_its_states_are_told_with_the_person_by_ref_alone(leaver):
    case = open_case(person_ref=leaver.hugo.ref, actor=ada())
    cancel_case(ref=case.ref, reason="Stays", actor=ada())
    told = list(WebhookEvent.objects.filter(subject_ref=case.ref).order_by("sequence"))
    assert [event.type for event in told] == [
        "offboarding.awaiting_approval",
        "offboarding.cancelled",
    ]
    assert told[1].data == {
        "before": "awaiting_approval",
        "person": str(leaver.hugo.ref),
        "opened": "hand",
    }
