"""Nobody says of their own account that it is somebody else's, or nobody's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account, AccountLink, AddressHolder, LinkingDomain
from tenure.inventory.operations.confirm_link import confirm_link
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.reject_links import reject_links
from tenure.inventory.operations.undo_account_word import undo_account_word
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.tests.company import account_of, company
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.people.models import Person
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_account, make_connection, make_person
from tenure.users.actors import actor_of_user

pytestmark = pytest.mark.django_db
SHARED = Mark(kind="shared", owner="p.raman@mail.example", reason="A colleague looks after it")


def mark(ref, actor):
    mark_account(account_ref=ref, said=SHARED, actor=actor)


def link(ref, actor):
    link_account(account_ref=ref, email="p.raman@mail.example", actor=actor)


def unlink(ref, actor):
    unlink_account(account_ref=ref, reason="It is nobody's", actor=actor)


@pytest.mark.parametrize("decide", [mark, link, unlink])
def test_who_holds_an_account_cannot_say_that_it_is_not_theirs(decide):
    company()
    account = account_of("mei")
    mei = Person.objects.get(links__account=account, links__state="confirmed")
    herself = replace(actor_of("mara"), person_id=str(mei.ref))
    with pytest.raises(NotAllowed, match="your own; ask somebody else"):
        decide(account.ref, herself)
    assert AccountLink.objects.get(account=account, state="confirmed").person == mei
    decide(account.ref, actor_of("mara"))
    assert not AccountLink.objects.filter(account=account, state="confirmed", person=mei).exists()


def stranger(address: str) -> Account:
    """An account that is linked to nobody."""
    return make_account(make_connection(), email=address)


def plain_domain() -> None:
    LinkingDomain.objects.create(
        name="halden.example", ignores_tags=True, ignores_dots=True, changed_at=now()
    )


@pytest.mark.parametrize("decide", [mark, link])
@pytest.mark.parametrize(
    "address",
    [
        "mara@halden.example",
        "MARA@halden.example",
        "ma.ra+work@halden.example",
        "okafor@mail.example",
        "before@mail.example",
        "m.okafor+x@halden.example",
    ],
)
def test_an_account_at_an_address_of_ones_own_is_ones_own_without_a_link(decide, address):
    """By the address one signs in with, and every other of the person who has it."""
    plain_domain()
    make_person("Priya Raman", email="p.raman@mail.example")
    me = make_person("Mara Okafor", email="m.okafor@halden.example")
    me.other_emails.create(email=email_of("mara"), email_key=email_of("mara"))
    me.other_emails.create(email="okafor@mail.example", email_key="okafor@mail.example")
    AddressHolder.objects.create(person=me, email_key="before@mail.example")
    actor = actor_of_user(user_of("mara"))
    account = stranger(address)
    with pytest.raises(NotAllowed, match="your own; ask somebody else"):
        decide(account.ref, actor)
    decide(account.ref, actor_of("ada"))


def test_an_address_of_another_is_not_ones_own():
    make_person("Priya Raman", email="p.raman@mail.example")
    actor = actor_of_user(user_of("mara"))
    for address in ("", "ma.ra@halden.example", "mara+x@halden.example", "mara@other.example"):
        link(stranger(address).ref, actor)


def test_one_may_say_that_an_account_is_ones_own():
    make_person("Mara Okafor", email=email_of("mara"))
    actor = actor_of_user(user_of("mara"))
    account = stranger(email_of("mara"))
    link_account(account_ref=account.ref, email=email_of("mara"), actor=actor)
    with pytest.raises(NotAllowed, match="your own"):
        undo_account_word(account_ref=account.ref, actor=actor)


@pytest.mark.parametrize("is_ones_own_name", [True, False])
def test_nobody_turns_down_that_an_account_is_theirs(is_ones_own_name):
    me = make_person("Mara Okafor", email=email_of("mara"))
    other = make_person("Priya Raman", email="p.raman@mail.example")
    actor = actor_of_user(user_of("mara"))
    account = stranger(email_of("mara"))
    suggested = AccountLink.objects.create(
        account=account,
        person=me if is_ones_own_name else other,
        state="proposed",
        method="similar_name",
        confidence="low",
        decided_at=now(),
        decided_by="automatic",
    )
    with pytest.raises(NotAllowed, match="your own"):
        reject_links(link_refs=[suggested.ref], actor=actor)
    if is_ones_own_name:
        assert confirm_link(link_ref=suggested.ref, actor=actor).state == "confirmed"
    else:
        with pytest.raises(NotAllowed, match="your own"):
            confirm_link(link_ref=suggested.ref, actor=actor)
