from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import AccountWord, Ownership
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.undo_account_word import undo_account_word
from tenure.inventory.queries import ownerships
from tenure.inventory.tests.company import account_of, accounts, read_company
from tenure.lib.clock import now
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]
SERVICE = Mark(
    kind="service",
    owner="mei@halden.example",
    backup_owner="p.raman@mail.example",
    purpose="Nightly ingest",
)


def mark(name: str, said: Mark, *, who: str = "mara"):
    return mark_account(account_ref=account_of(name).ref, said=said, actor=actor_of(who))


def until(days: int):
    return now().date() + timedelta(days=days)


def test_a_service_account_has_two_who_answer_for_it_and_no_person():
    mark("mei", SERVICE)
    account = account_of("mei")
    assert account.kind == "service"
    assert [link.state for link in account.links.all()] == ["ended"]
    owned = Ownership.objects.get(account=account)
    assert (owned.owner.name, owned.backup_owner.name) == ("Mei Tanaka", "Priya Raman")
    assert (owned.purpose, owned.decided_by) == ("Nightly ingest", actor_of("mara").label)
    event = AuditEvent.objects.filter(verb="account.marked").get()
    assert (event.detail["before"], event.detail["after"]) == ("person", "service")


def test_a_day_of_review_stays_until_another_is_said_and_an_undo_brings_it_back():
    def review_on():
        return Ownership.objects.get(account=account_of("mei")).review_on

    mark("mei", replace(SERVICE, review_on=until(30)))
    mark("mei", Mark(kind="service", purpose="Weekly ingest"))
    assert review_on() == until(30)
    mark("mei", Mark(kind="service", review_on=until(90)))
    assert review_on() == until(90)
    undo_account_word(account_ref=account_of("mei").ref, actor=actor_of("mara"))
    assert review_on() == until(30)


def test_a_day_of_review_that_is_over_must_be_said_anew():
    mark("mei", SERVICE)
    Ownership.objects.update(review_on=until(-1))
    with pytest.raises(Invalid, match="day of review"):
        mark("mei", Mark(kind="service", purpose="Weekly ingest"))


def test_undoing_a_word_from_before_there_were_such_days_takes_the_day_away():
    mark("mei", SERVICE)
    mark("mei", Mark(kind="service", review_on=until(9)))
    word = AccountWord.objects.latest("id")
    del word.before["ownership"]["review_on"]
    word.save()
    undo_account_word(account_ref=account_of("mei").ref, actor=actor_of("mara"))
    assert Ownership.objects.get(account=account_of("mei")).review_on is None


def test_an_external_account_keeps_its_person():
    mark("mei", Mark(kind="external", sponsor="lena@halden.example", until=until(30)))
    account = account_of("mei")
    assert account.links.get().state == "confirmed"
    assert (account.ownership.sponsor.name, account.ownership.until) == ("Lena Vogt", until(30))


def test_break_glass_is_a_flag_beside_the_kind():
    said = Mark(is_break_glass=True, owner="mei@halden.example", reason="When sign-in is down")
    mark("labs", said)
    account = account_of("labs")
    assert (account.kind, account.is_break_glass) == ("person", True)
    mark("labs", Mark(kind="shared"))
    assert account_of("labs").ownership.reason == "When sign-in is down"
    mark("labs", Mark(kind="person", is_break_glass=False))
    assert not Ownership.objects.filter(account=account).exists()


def test_what_was_said_before_stays_unless_it_is_said_anew():
    mark("robot", SERVICE)
    mark("robot", Mark(purpose="Hourly ingest"))
    owned = account_of("robot").ownership
    assert (owned.owner.name, owned.purpose) == ("Mei Tanaka", "Hourly ingest")


def test_a_suggestion_of_what_is_nobodys_own_is_no_longer_made():
    mark("tomas", SERVICE)
    assert account_of("tomas").links.get().state == "withdrawn"
    link_accounts(actor=actor_of("mara"))
    assert account_of("tomas").links.get().state == "withdrawn"


def test_the_next_sync_leaves_a_humans_word_as_it_is(halden, monkeypatch):
    mark("mei", SERVICE)
    mark("robot", Mark(kind="person"))
    read_company(halden, monkeypatch, accounts())
    assert (account_of("mei").kind, account_of("robot").kind) == ("service", "person")


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        (Mark(kind="service", purpose="x"), "owner", "Name the person who owns it"),
        (Mark(kind="external", sponsor="mei@halden.example"), "until", "last day"),
        (Mark(kind="shared", owner="mei@halden.example"), "reason", "Say why"),
        (Mark(kind="shared", owner="no@halden.example", reason="x"), "owner", "Nobody has"),
        (Mark(kind="shared", owner="hugo@halden.example", reason="x"), "owner", "may not hold"),
        (Mark(kind="robot"), "kind", "Choose one of"),
    ],
)
def test_it_refuses_what_lacks_something_and_changes_nothing(said, field, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        mark("mei", said)
    assert refused.value.field == field
    assert account_of("mei").kind == "person"
    assert account_of("mei").links.get().state == "confirmed"


def test_queries_tell_who_answers_and_whether_they_still_may(halden):
    mark("labs", Mark(kind="external", sponsor="mei@halden.example", until=until(3)))
    mark("robot", SERVICE)
    told = {one.account_id: one for one in ownerships(actor=actor_of("ada"))}
    labs, robot = told[account_of("labs").pk], told[account_of("robot").pk]
    assert (labs.sponsor_may_hold, labs.owner_may_hold) == (True, None)
    assert (robot.owner_may_hold, robot.backup_may_hold) == (True, True)


@pytest.mark.parametrize("who", ["sid", "rita", "hugo", "aud"])
def test_it_refuses_who_may_not_mark(who):
    with pytest.raises((NotAllowed, NotFound)):
        mark("mei", Mark(kind="person"), who=who)
    assert account_of("mei").links.get().state == "confirmed"
