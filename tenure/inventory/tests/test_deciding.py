"""Nobody says of their own account that it is somebody else's, or nobody's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import AccountLink
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.tests.company import account_of, company
from tenure.lib.errors import NotAllowed
from tenure.people.models import Person
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
SHARED = Mark(kind="shared", owner="p.raman@mail.example", reason="A colleague looks after it")


def mark(ref, actor):
    mark_account(account_ref=ref, said=SHARED, actor=actor)


def link(ref, actor):
    link_account(account_ref=ref, email="p.raman@mail.example", actor=actor)


def unlink(ref, actor):
    unlink_account(account_ref=ref, reason="It is nobody's", actor=actor)


@pytest.mark.parametrize("decide", [mark, link, unlink])
def test_who_holds_an_account_cannot_say_that_it_is_not_theirs(monkeypatch, decide):
    company(monkeypatch)
    account = account_of("mei")
    mei = Person.objects.get(links__account=account, links__state="confirmed")
    herself = replace(actor_of("mara"), person_id=str(mei.ref))
    with pytest.raises(NotAllowed, match="your own; ask somebody else"):
        decide(account.ref, herself)
    assert AccountLink.objects.get(account=account, state="confirmed").person == mei
    decide(account.ref, actor_of("mara"))
    assert not AccountLink.objects.filter(account=account, state="confirmed", person=mei).exists()
