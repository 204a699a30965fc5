from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tenure.audit.models import AuditEvent
from tenure.compliance.models import Exemption, Finding
from tenure.compliance.operations.expire_exemptions import expire_exemptions
from tenure.compliance.operations.run_tests import run_tests
from tenure.inventory.models import Collection
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_people_source, make_person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def connection():
    make_people_source()
    make_person("Somebody current")
    return make_connection()


def exempted(connection, *, due_at: datetime, until: datetime) -> Finding:
    """An account of nobody, exempted an hour before noon until the end of a day."""
    make_account(connection)
    run_tests(slugs=["accounts-linked"], actor=actor_of("mara"))
    finding = Finding.objects.latest("id")
    finding.state, finding.due_at = "exempted", due_at
    finding.save()
    Exemption.objects.create(
        finding=finding,
        kind="accepted",
        reason="A pilot",
        until=until.date() - DAY,
        ends_at=until,
        exempted_at=NOON - timedelta(hours=1),
        exempted_by="Mara",
    )
    return finding


MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)


def test_it_reopens_what_is_over_and_the_time_allowed_counts_anew(connection, monday_noon):
    finding = exempted(connection, due_at=NOON + DAY, until=MIDNIGHT)
    monday_noon.move_to(MIDNIGHT - timedelta(milliseconds=1))
    assert expire_exemptions(actor=actor_of("mara")) == 0
    # However late we come by, it was over at midnight.
    monday_noon.move_to(MIDNIGHT + timedelta(hours=5))
    assert expire_exemptions(actor=actor_of("mara")) == 1
    finding.refresh_from_db()
    assert (finding.state, finding.reopened_at) == ("open", MIDNIGHT)
    assert finding.due_at == MIDNIGHT + 7 * DAY
    exemption = finding.exemptions.get()
    assert (exemption.state, exemption.ended_at) == ("expired", MIDNIGHT)
    assert expire_exemptions(actor=actor_of("mara")) == 0


def test_what_was_late_already_stays_late(connection, monday_noon):
    due_at = NOON - DAY
    finding = exempted(connection, due_at=due_at, until=MIDNIGHT)
    monday_noon.move_to(MIDNIGHT)
    expire_exemptions(actor=actor_of("mara"))
    finding.refresh_from_db()
    assert (finding.state, finding.due_at, finding.reopened_at) == ("open", due_at, None)


def test_the_new_time_stays_when_the_inputs_move(connection, monday_noon):
    finding = exempted(connection, due_at=NOON + DAY, until=MIDNIGHT)
    monday_noon.move_to(MIDNIGHT)
    Collection.objects.update(completed_at=MIDNIGHT)
    finding.account.began_at = NOON - 3 * DAY
    finding.account.save()
    run_tests(actor=actor_of("mara"))
    finding.refresh_from_db()
    assert (finding.state, finding.since) == ("open", NOON - 3 * DAY)
    assert finding.due_at == MIDNIGHT + 7 * DAY


def test_running_the_tests_reopens_too(connection, monday_noon):
    finding = exempted(connection, due_at=NOON + DAY, until=MIDNIGHT)
    monday_noon.move_to(MIDNIGHT)
    run_tests(actor=actor_of("mara"))
    finding.refresh_from_db()
    assert finding.state == "open"


def test_a_finding_that_resolves_ends_its_exemption_and_comes_back_unexempted(
    connection, monday_noon
):
    finding = exempted(connection, due_at=NOON + DAY, until=MIDNIGHT)
    account = finding.account
    account.status, account.ended_at = "gone", NOON
    account.save()
    run_tests(actor=actor_of("mara"))
    finding.refresh_from_db()
    assert (finding.state, finding.exemptions.get().state) == ("resolved", "expired")
    account.status, account.ended_at = "active", None
    account.save()
    run_tests(actor=actor_of("mara"))
    again = Finding.objects.latest("id")
    assert (again.pk != finding.pk, again.state) == (True, "open")


def test_many_are_one_audit_event_that_counts_them(connection, monday_noon):
    for _ in range(3):
        exempted(connection, due_at=NOON + DAY, until=MIDNIGHT)
    monday_noon.move_to(MIDNIGHT)
    expire_exemptions(actor=actor_of("mara"))
    event = AuditEvent.objects.get(verb="exemptions.expired")
    assert event.detail["count"] == 3


def test_it_refuses_who_may_not_run_tests():
    with pytest.raises(NotAllowed):
        expire_exemptions(actor=actor_of("hugo"))
