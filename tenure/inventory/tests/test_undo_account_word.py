from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Ownership
from tenure.inventory.operations.confirm_link import confirm_link
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.reject_link import reject_link
from tenure.inventory.operations.undo_account_word import undo_account_word
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.tests.company import account_of
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]
SHARED = Mark(kind="shared", owner="lena@halden.example", reason="A desk used by many")


def undo(name: str, *, who: str = "mara"):
    return undo_account_word(account_ref=account_of(name).ref, actor=actor_of(who))


def standing(name: str) -> set[tuple[str, str]]:
    links = account_of(name).links.filter(state__in=("confirmed", "proposed", "rejected"))
    return {(link.person.name, link.state) for link in links}


def suggestion(name: str):
    return account_of(name).links.get(state="proposed").ref


def say(what: str) -> str:
    """One word about an account, as the access manager; returns whose account it was."""
    mara = actor_of("mara")
    if what == "confirm":
        confirm_link(link_ref=suggestion("tomas"), actor=mara)
        return "tomas"
    if what == "reject":
        reject_link(link_ref=suggestion("tomas"), actor=mara)
        return "tomas"
    ref = account_of("mei").ref
    if what == "link":
        link_account(account_ref=ref, email="zed@halden.example", actor=mara)
    elif what == "unlink":
        unlink_account(account_ref=ref, reason="A namesake", actor=mara)
    else:
        mark_account(account_ref=ref, said=SHARED, actor=mara)
    return "mei"


@pytest.mark.parametrize("what", ["confirm", "reject", "link", "unlink", "mark"])
def test_everything_is_as_it_was_and_the_history_has_grown(what):
    before = {name: standing(name) for name in ("mei", "tomas")}
    name = say(what)
    assert standing(name) != before[name]
    rows = account_of(name).links.count()
    word = undo(name)
    assert standing(name) == before[name]
    assert account_of(name).kind == "person"
    assert not Ownership.objects.exists()
    assert account_of(name).links.count() >= rows
    assert word.undone_by == actor_of("mara").label
    assert AuditEvent.objects.filter(verb="account_word.undone").count() == 1
    with pytest.raises(Conflict, match="nothing to undo"):
        undo(name)


@pytest.mark.parametrize("what", ["confirm", "reject", "link", "unlink", "mark"])
def test_what_was_undone_can_be_said_again_and_linking_leaves_it(what):
    name = say(what)
    undo(name)
    link_accounts(actor=actor_of("mara"))
    before = standing(name)
    say(what)
    undo(name)
    assert standing(name) == before


def test_words_are_undone_one_after_the_other_the_last_first():
    mei = account_of("mei").ref
    say("link")
    mark_account(account_ref=mei, said=SHARED, actor=actor_of("mara"))
    undo("mei")
    assert standing("mei") == {("Zed Olsen", "confirmed")}
    undo("mei")
    assert standing("mei") == {("Mei Tanaka", "confirmed")}
    assert account_of("mei").kind == "person"


def test_ownership_comes_back_as_it_was():
    mei = account_of("mei").ref
    mark_account(account_ref=mei, said=SHARED, actor=actor_of("mara"))
    mark_account(account_ref=mei, said=Mark(kind="person"), actor=actor_of("mara"))
    undo("mei")
    owned = account_of("mei").ownership
    assert (account_of("mei").kind, owned.owner.name, owned.reason) == (
        "shared",
        "Lena Vogt",
        "A desk used by many",
    )


def test_it_refuses_who_may_not_say_it():
    say("mark")
    with pytest.raises(NotAllowed):
        undo("mei", who="sid")
    assert account_of("mei").kind == "shared"
