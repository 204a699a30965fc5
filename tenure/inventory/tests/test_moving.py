"""What goes along when two records become one person, and comes back when that was a mistake."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import transaction

from tenure.audit.models import AuditEvent
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import AccountLink, AddressHolder
from tenure.inventory.moving import move_links
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.undo_account_word import undo_account_word
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.tests.company import account_of
from tenure.lib.errors import Conflict
from tenure.people.models import Person
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


@pytest.fixture
def merge():
    """Priya's record is merged into Zed's."""
    return SimpleNamespace(ref=uuid4(), merged=named("Priya Raman"), kept=named("Zed Olsen"))


def named(name: str) -> Person:
    return Person.objects.get(name=name)


@transaction.atomic
def move(merge, *, back: bool = False) -> None:
    ends = (merge.kept, merge.merged) if back else (merge.merged, merge.kept)
    move_links(merge=merge, from_person=ends[0], to_person=ends[1], actor=actor_of("mara"))


def ties(name: str) -> set[tuple[str, str]]:
    return {(link.person.name, link.state) for link in account_of(name).links.all()}


def test_ties_past_and_present_go_to_the_one_who_is_kept(merge):
    unlink_account(account_ref=account_of("mei").ref, reason="No", actor=actor_of("mara"))
    link_account(
        account_ref=account_of("mei").ref, email="priya@halden.example", actor=actor_of("mara")
    )
    move(merge)
    assert ties("priya") == {("Zed Olsen", "confirmed")}
    assert ("Zed Olsen", "confirmed") in ties("mei")
    assert not AccountLink.objects.filter(person=merge.merged).exists()
    assert not AddressHolder.objects.filter(person=merge.merged).exists()
    assert AuditEvent.objects.get(verb="account_links.moved").detail["count"] == 2


def test_whatever_they_answer_for_goes_along(merge):
    said = Mark(
        kind="service",
        owner="priya@halden.example",
        backup_owner="mei@halden.example",
        purpose="Ingest",
    )
    mark_account(account_ref=account_of("robot").ref, said=said, actor=actor_of("mara"))
    move(merge)
    assert account_of("robot").ownership.owner == merge.kept
    move(merge, back=True)
    assert account_of("robot").ownership.owner == merge.merged


def test_unmerging_gives_back_what_was_moved_and_nothing_else(merge):
    link_account(
        account_ref=account_of("labs").ref, email="zed@halden.example", actor=actor_of("mara")
    )
    move(merge)
    move(merge, back=True)
    assert ties("priya") == {("Priya Raman", "confirmed")}
    assert ties("labs") == {("Zed Olsen", "confirmed")}


def test_what_was_asked_of_both_stays_with_each(merge):
    for email in ("priya@halden.example", "zed@halden.example"):
        link_account(account_ref=account_of("labs").ref, email=email, actor=actor_of("mara"))
        unlink_account(account_ref=account_of("labs").ref, reason="No", actor=actor_of("mara"))
    move(merge)
    assert {("Priya Raman", "rejected"), ("Zed Olsen", "rejected")} <= ties("labs")


def test_words_from_before_cannot_be_undone(merge):
    ref = account_of("labs").ref
    link_account(account_ref=ref, email="priya@halden.example", actor=actor_of("mara"))
    move(merge)
    with pytest.raises(Conflict, match="nothing to undo"):
        undo_account_word(account_ref=ref, actor=actor_of("mara"))
