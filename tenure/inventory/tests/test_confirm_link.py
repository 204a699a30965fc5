from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.operations.confirm_link import confirm_link
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.tests.company import account_of
from tenure.lib.errors import Conflict, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggestion(halden):
    return account_of("tomas").links.get()


def test_a_confirmed_suggestion_is_a_link_with_who_agreed(suggestion):
    confirmed = confirm_link(link_ref=suggestion.ref, actor=actor_of("mara"))
    assert (confirmed.state, confirmed.method, confirmed.decided_by) == (
        "confirmed",
        "exact_email",
        "Mara Okafor",
    )
    event = AuditEvent.objects.get(verb="account.linked")
    assert event.detail["suggestion"] == str(suggestion.ref)
    assert event.subject_ref == str(account_of("tomas").ref)


def test_it_refuses_a_decided_one_and_one_that_was_overtaken(suggestion):
    link_account(
        account_ref=account_of("tomas").ref, email="zed@halden.example", actor=actor_of("mara")
    )
    with pytest.raises(Conflict, match="has a person by now"):
        confirm_link(link_ref=suggestion.ref, actor=actor_of("mara"))
    other = account_of("uma").links.get()
    confirm_link(link_ref=other.ref, actor=actor_of("mara"))
    with pytest.raises(Conflict, match="decided already"):
        confirm_link(link_ref=other.ref, actor=actor_of("mara"))


@pytest.mark.parametrize(("who", "refusal"), [("sid", NotAllowed), ("hugo", NotFound)])
def test_it_refuses_who_may_not_link(suggestion, who, refusal):
    with pytest.raises(refusal):
        confirm_link(link_ref=suggestion.ref, actor=actor_of(who))
    suggestion.refresh_from_db()
    assert suggestion.state == "proposed"
