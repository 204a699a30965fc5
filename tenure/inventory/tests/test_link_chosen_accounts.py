from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.models import AccountLink
from tenure.inventory.operations.link_chosen_accounts import link_chosen_accounts
from tenure.inventory.tests.company import account_of
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


def link(*names: str, email: str = "zed@halden.example", who: str = "mara"):
    refs = [account_of(name).ref for name in names]
    return link_chosen_accounts(account_refs=refs, email=email, actor=actor_of(who))


def test_all_become_theirs_with_one_event_and_earlier_ties_stay_in_the_history():
    assert link("labs", "mei", "tomas").name == "Zed Olsen"
    held = AccountLink.objects.filter(state="confirmed", person__name="Zed Olsen")
    assert {one.account.external_id for one in held} == {"user-labs", "user-mei", "user-tomas"}
    assert {(one.method, one.confidence) for one in held} == {("manual", "certain")}
    assert account_of("mei").links.get(person__name="Mei Tanaka").state == "ended"
    assert AuditEvent.objects.get(verb="accounts.linked_to_person").detail["count"] == 3


def test_one_that_cannot_be_linked_keeps_all_as_they_are():
    with pytest.raises(Invalid, match="service account"):
        link("labs", "robot")
    with pytest.raises(NotFound, match="Nobody has"):
        link("labs", email="no@halden.example")
    assert not account_of("labs").links.exists()


def test_it_refuses_who_may_not_link():
    with pytest.raises(NotAllowed):
        link("labs", who="sid")
