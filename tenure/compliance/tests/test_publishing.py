"""What programs hear of findings: each that a run of the tests opens or resolves."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from tenure.compliance import publishing
from tenure.compliance.models import Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_people_source, make_person
from tenure.webhooks.models import WebhookEvent

pytestmark = pytest.mark.django_db


def told() -> Counter[str]:
    return Counter(WebhookEvent.objects.values_list("type", flat=True))


@pytest.fixture
def leavers():
    make_people_source()
    connection, left = make_connection(), now().date() - timedelta(days=5)
    return [
        make_account(connection, person=make_person(f"Leaver {n}", ends_on=left)) for n in range(3)
    ]


def test_those_it_opens_and_resolves_are_told_each_once(leavers):
    run_tests(actor=actor_of("mara"))
    opened = Finding.objects.count()
    assert opened >= 3
    assert told() == {"finding.opened": opened}
    run_tests(actor=actor_of("mara"))
    assert told() == {"finding.opened": opened}
    Account.objects.filter(pk=leavers[0].pk).update(status="gone", ended_at=now())
    run_tests(actor=actor_of("mara"))
    resolved = Finding.objects.filter(state="resolved")
    assert resolved.exists()
    events = WebhookEvent.objects.filter(type="finding.resolved")
    assert {event.subject_ref for event in events} == {finding.ref for finding in resolved}
    assert {event.sequence for event in events} == {2}
    assert {event.data["test"] for event in events} <= {one.test.slug for one in resolved}


def test_very_many_at_once_are_one_event(leavers, monkeypatch):
    monkeypatch.setattr(publishing, "MOST_AT_ONCE", 2)
    run_tests(actor=actor_of("mara"))
    event = WebhookEvent.objects.get(data__test="leavers-deprovisioned")
    assert (event.type, event.subject_kind) == ("finding.many_opened", "test")
    assert event.data["findings"] == 3
