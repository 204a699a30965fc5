from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.compliance.operations.add_holiday import add_holiday
from tenure.lib.clock import now
from tenure.lib.errors import Invalid
from tenure.lib.ids import uuid7
from tenure.notifications.models import Notice, OutboxMessage, Told
from tenure.notifications.operations.set_preference import set_preference
from tenure.notifications.operations.tell import tell
from tenure.notifications.tests.conftest import deliver, failing, leaver, pass_on
from tenure.notifications.topics import Event
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_person
from tenure.users.models import User

pytestmark = pytest.mark.django_db


def told(topic: str, *events: Event) -> int:
    return tell(topic=topic, events=events, actor=actor_of("ada"))


def choose(name: str, **deliveries: str) -> None:
    user_of(name)
    set_preference(deliveries=deliveries, hour=7, zone="Europe/Oslo", actor=actor_of(name))


def test_what_cannot_wait_leaves_at_once_with_the_page_where_it_is_mended(mailbox):
    assert told("connection_failing", failing("ada", "sid")) == 2
    first, second = mailbox()
    assert [first["To"], second["To"]] == [email_of("ada"), email_of("sid")]
    assert first["Subject"] == "OpenAI cannot be read"
    text = first.get_body(("plain",)).get_content()
    assert "The key was revoked." in text
    assert "\nhttps://tenure.halden.example/connections/1\n" in text
    assert "Choose what you are told: http://127.0.0.1:8000/settings/notifications" in text
    event = AuditEvent.objects.get(verb="notice.told")
    assert event.detail == {"topic": "connection_failing", "events": 1, "receivers": 2}


def test_three_hundred_leavers_are_one_mail(mailbox, time_machine):
    time_machine.move_to(now(), tick=False)
    assert told("leaver_with_access", *(leaver("ada", number=n) for n in range(300))) == 300
    assert mailbox() == []
    time_machine.shift(timedelta(minutes=16))
    pass_on()
    (mail,) = mailbox()
    assert mail["Subject"] == "300 accounts or invitations of leavers are still there"
    text = mail.get_body(("plain",)).get_content()
    assert text.count("Leaver ") == 5
    assert "- and 295 more" in text
    assert "\nhttps://tenure.halden.example/tests/leavers\n" in text
    assert "https://tenure.halden.example/findings/4" in text
    assert not Notice.objects.exists()


def test_what_comes_within_the_window_joins_it_and_what_comes_later_does_not(mailbox, time_machine):
    time_machine.move_to(now(), tick=False)
    for number in range(3):
        told("leaver_with_access", leaver("ada", number=number))
        time_machine.shift(timedelta(minutes=7))
    pass_on()
    told("leaver_with_access", leaver("ada", number=3))
    pass_on()
    time_machine.shift(timedelta(minutes=16))
    pass_on()
    assert [mail["Subject"] for mail in mailbox()] == [
        "3 accounts or invitations of leavers are still there",
        "Leaver 3 has left and still has access",
    ]


def test_each_is_told_as_they_chose(mailbox, time_machine):
    time_machine.move_to(now(), tick=False)
    choose("ada", connection_failing="off")
    choose("sid", connection_failing="daily")
    assert told("connection_failing", failing("ada", "sid", "mara")) == 2
    assert [mail["To"] for mail in mailbox()] == [email_of("mara")]
    assert Notice.objects.get().to == email_of("sid")


def test_no_digest_comes_on_a_holiday_of_the_organization(time_machine):
    time_machine.move_to("2026-03-02T10:00:00Z", tick=False)
    choose("ada", connection_failing="daily")
    add_holiday(on=date(2026, 3, 3), name="Shrovetide", actor=actor_of("ada"))
    told("connection_failing", failing("ada"))
    assert Notice.objects.get().due_at == datetime(2026, 3, 4, 6, tzinfo=UTC)


def test_a_digest_is_one_mail_of_all_its_topics(mailbox, time_machine):
    time_machine.move_to("2026-03-02T10:00:00Z", tick=False)
    choose("ada", connection_failing="daily", leaver_with_access="daily")
    told("connection_failing", failing("ada"))
    told("leaver_with_access", *(leaver("ada", number=n) for n in range(7)))
    time_machine.move_to("2026-03-03T05:59:00Z", tick=False)
    pass_on()
    assert mailbox() == []
    time_machine.move_to("2026-03-03T06:00:00Z", tick=False)
    pass_on()
    (mail,) = mailbox()
    assert mail["Subject"] == "8 notices in your daily digest"
    for body in (mail.get_body((kind,)).get_content() for kind in ("plain", "html")):
        assert "OpenAI cannot be read" in body
        assert "7 accounts or invitations of leavers are still there" in body
        assert "and 2 more" in body


def test_who_was_shut_out_is_told_nothing_and_who_is_no_user_is(mailbox):
    event = failing("sid")
    User.objects.update(is_active=False)
    outside = Event(["owner@partner.example"], event.fields, event.url)
    assert told("connection_failing", event, outside) == 1
    assert [mail["To"] for mail in mailbox()] == ["owner@partner.example"]


def test_who_left_is_told_nothing_though_they_may_still_sign_in(mailbox):
    make_person("Sid Brandt", email=email_of("sid"), ends_on=date(2020, 1, 31))
    assert told("connection_failing", failing("sid", "ada")) == 1


def test_one_address_in_two_spellings_is_told_once(mailbox):
    event = failing("ada")
    twice = Event([*event.to, event.to[0].upper()], event.fields, event.url)
    assert told("connection_failing", twice) == 1


def test_a_target_hears_of_its_topics_and_of_no_others(target_at, listener):
    target_at(listener.url, "connection_failing")
    told("connection_failing", failing())
    told("connection_recovered", failing())
    deliver()
    (heard,) = listener.got
    assert heard["title"] == "OpenAI cannot be read"
    assert "https://tenure.halden.example/connections/1" in heard["message"]


def test_what_is_not_committed_is_never_told():
    with transaction.atomic():
        told("connection_failing", failing("ada"))
        told("leaver_with_access", leaver("ada"))
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    assert not Notice.objects.exists()


def test_a_missing_field_is_told_before_anything_is_written():
    broken = Event([email_of("ada")], {"name": "OpenAI"}, "https://tenure.example/")
    with pytest.raises(Invalid, match="since"):
        told("connection_failing", failing("ada"), broken)
    with pytest.raises(Invalid):
        told("spam", failing("ada"))
    assert not OutboxMessage.objects.exists()


def test_braces_and_markup_in_what_is_told_stay_text(mailbox):
    told("connection_failing", failing("ada", name="{url} <b>", reason="line\nbreak"))
    (mail,) = mailbox()
    assert mail["Subject"] == "{url} <b> cannot be read"
    assert "{url} &lt;b&gt;" in mail.get_body(("html",)).get_content()


def test_what_has_a_ref_is_told_once_for_each_occasion(mailbox):
    about = uuid7()

    def again(occasion: str) -> int:
        event = replace(failing("ada"), about=about, occasion=occasion)
        return told("connection_failing", event, event)

    assert [again("first"), again("first"), again("second")] == [1, 0, 1]
    assert len(mailbox()) == 2
    assert told("connection_recovered", replace(failing("ada"), about=about)) == 1


def test_the_database_agrees_that_it_is_told_once():
    about = uuid7()
    told("connection_failing", replace(failing("ada"), about=about))
    with pytest.raises(IntegrityError), transaction.atomic():
        Told.objects.create(topic="connection_failing", about=about)
