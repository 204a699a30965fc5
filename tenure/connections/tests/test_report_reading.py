from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.connections.health import Missed, Outcome
from tenure.connections.models import Connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connections.operations.report_reading import report_reading
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed, NotFound
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_connection
from tenure.users.models import User

pytestmark = pytest.mark.django_db

REVOKED = "The key was revoked; replace it."
MISSED = Missed(name="Invitations", state="unavailable", reason="The key lacks a scope.", times=2)


@pytest.fixture
def looked_after(time_machine) -> Connection:
    """A connection of a system owner's, in a house with two admins."""
    time_machine.move_to(now(), tick=False)
    for name in ("ada", "mara", "hugo"):
        user_of(name)
    return make_connection(name="OpenAI", owner=user_of("sid"))


@pytest.fixture
def read(looked_after, time_machine):
    """`read(could_read, minutes)`: so much later, a reading ends like this."""

    def report(could_read: bool, *missed: Missed, minutes: int = 5) -> Connection:
        time_machine.shift(timedelta(minutes=minutes))
        why = {} if could_read else {"kind": "invalid_key", "reason": REVOKED}
        outcome = Outcome(at=now(), could_read=could_read, missed=missed, **why)
        report_reading(ref=looked_after.ref, outcome=outcome, actor=actor_of("mara"))
        looked_after.refresh_from_db()
        return looked_after

    return report


def fail(read) -> Connection:
    return [read(False) for _ in range(3)][-1]


def verbs() -> list[str]:
    events = AuditEvent.objects.filter(verb__startswith="connection.").order_by("id")
    return list(events.values_list("verb", flat=True))


def test_routine_changes_and_records_nothing(read):
    before = Connection.objects.values().get()
    read(True)
    assert Connection.objects.values().get() == before
    assert verbs() == []


def test_one_strike_never_kills_and_is_followed_by_an_early_read(read, mails):
    struck = read(False)
    assert (struck.state, struck.strikes, struck.failure_kind) == ("active", 1, "invalid_key")
    assert struck.first_strike_at == now()
    assert struck.retry_after == timedelta(minutes=5)
    assert (verbs(), mails()) == ([], [])


def test_three_strikes_over_ten_minutes_are_told_once(read, mails):
    failing = fail(read)
    assert (failing.state, failing.state_reason) == ("failing", REVOKED)
    assert failing.state_changed_at == now()
    assert failing.retry_after == timedelta(minutes=30)
    read(False)
    read(False)
    sent = mails()
    assert [mail.to for mail in sent] == [[email_of("ada")], [email_of("sid")]]
    assert {mail.subject for mail in sent} == {"OpenAI cannot be read"}
    assert REVOKED in sent[0].body
    assert f"/connections/{failing.ref}\n" in sent[0].body
    assert verbs() == ["connection.failing"]
    event = AuditEvent.objects.get(verb="connection.failing")
    assert (event.detail["before"], event.detail["after"]) == ("active", "failing")
    assert (event.detail["strikes"], event.detail["failure"]) == (3, "invalid_key")


def test_three_strikes_within_minutes_are_a_bad_moment(read):
    assert [read(False, minutes=1).state for _ in range(9)] == ["active"] * 9


def test_it_recovers_by_itself_and_that_is_told_once_too(read, mails):
    fail(read)
    well = read(True)
    read(True)
    assert (well.state, well.state_reason, well.strikes) == ("active", "", 0)
    assert well.failure_kind == ""
    assert well.first_strike_at is None
    sent = mails()[2:]
    assert [mail.to for mail in sent] == [[email_of("ada")], [email_of("sid")]]
    assert {mail.subject for mail in sent} == {"OpenAI is read again"}
    assert verbs() == ["connection.failing", "connection.recovered"]
    assert fail(read).state == "failing"
    assert len(mails()) == 6


def test_lists_missed_twice_degrade_it_and_it_recovers_without_a_mail(read, mails):
    degraded = read(True, MISSED)
    assert degraded.state == "degraded"
    assert degraded.state_reason == "Invitations could not be read. The key lacks a scope."
    read(True, MISSED)
    assert read(True).state == "active"
    assert verbs() == ["connection.degraded", "connection.recovered"]
    assert mails() == []


def test_it_recovers_from_failing_into_degraded(read, mails):
    fail(read)
    assert read(True, MISSED).state == "degraded"
    assert "Invitations" in mails()[-1].body
    assert verbs() == ["connection.failing", "connection.recovered"]


def test_an_admin_who_owns_it_gets_one_mail_and_who_was_shut_out_none(read, looked_after, mails):
    looked_after.owner = user_of("ada")
    looked_after.save(update_fields=["owner"])
    fail(read)
    assert [mail.to for mail in mails()] == [[email_of("ada")]]
    User.objects.filter(email=email_of("ada")).update(is_active=False)
    read(True)
    assert len(mails()) == 1


def test_a_paused_connection_stays_paused(read, looked_after, mails):
    pause_connection(ref=looked_after.ref, actor=actor_of("ada"))
    assert fail(read).state == "paused"
    assert read(True, MISSED).state == "paused"
    assert mails() == []


def test_who_may_not_sync_it_reports_nothing(looked_after):
    outcome = Outcome(at=now(), could_read=True)
    with pytest.raises(NotAllowed):
        report_reading(ref=looked_after.ref, outcome=outcome, actor=actor_of("hugo"))
    with pytest.raises(NotFound):
        report_reading(ref="nonsense", outcome=outcome, actor=actor_of("mara"))


@pytest.mark.parametrize(
    "columns",
    [
        {"strikes": 1},
        {"strikes": 1, "failure_kind": "refused"},
        {"failure_kind": "refused"},
        {"first_strike_at": now()},
    ],
)
def test_the_database_keeps_strikes_with_their_beginning_and_kind(looked_after, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Connection.objects.filter(pk=looked_after.pk).update(**columns)
