from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.models import AccountLink
from tenure.inventory.operations.confirm_links import confirm_links
from tenure.inventory.queries import suggestions
from tenure.inventory.tests.company import account_of, person, take_people
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.people.models import Person
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


def waiting() -> list[AccountLink]:
    return list(suggestions(actor=actor_of("mara")))


def test_it_links_all_of_them_certain_with_one_event():
    done = confirm_links(link_refs=[one.ref for one in waiting()], actor=actor_of("mara"))
    assert {link.account.external_id for link in done} == {"user-uma", "user-tomas"}
    link = account_of("tomas").links.get()
    assert (link.state, link.confidence, link.decided_by) == (
        "confirmed",
        "certain",
        actor_of("mara").label,
    )
    assert AuditEvent.objects.get(verb="account_links.confirmed").detail["count"] == 2
    assert waiting() == []


def test_two_people_for_one_account_are_refused_whole():
    take_people([person("other", "Other Berg")])
    other = AccountLink.objects.create(
        account=account_of("tomas"),
        person=Person.objects.get(name="Other Berg"),
        state="proposed",
        method="similar_name",
        confidence="low",
        decided_at=waiting()[0].decided_at,
        decided_by="automatic",
    )
    refs = [other.ref, account_of("tomas").links.exclude(pk=other.pk).get().ref]
    with pytest.raises(Conflict, match="has a person"):
        confirm_links(link_refs=refs, actor=actor_of("mara"))
    assert {link.state for link in account_of("tomas").links.all()} == {"proposed"}


def test_it_wants_some_that_are_there():
    with pytest.raises(Invalid, match="Choose at least one"):
        confirm_links(link_refs=[], actor=actor_of("mara"))
    with pytest.raises(NotFound, match="no such suggestion"):
        confirm_links(link_refs=["nonsense"], actor=actor_of("mara"))


def test_it_refuses_who_may_not_link():
    with pytest.raises(NotAllowed):
        confirm_links(link_refs=[one.ref for one in waiting()], actor=actor_of("sid"))
