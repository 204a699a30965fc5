from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.reject_link import reject_link
from tenure.inventory.tests.company import account_of
from tenure.lib.errors import Conflict, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggestion(halden):
    return account_of("tomas").links.get()


def test_a_rejected_suggestion_stays_as_the_answer(suggestion):
    rejected = reject_link(link_ref=suggestion.ref, actor=actor_of("mara"))
    assert (rejected.state, rejected.decided_by) == ("rejected", "Mara Okafor")
    event = AuditEvent.objects.get(verb="account_link.rejected")
    assert event.detail["account"] == str(account_of("tomas").ref)
    with pytest.raises(Conflict, match="decided already"):
        reject_link(link_ref=suggestion.ref, actor=actor_of("mara"))


def test_one_that_was_overtaken_may_still_be_rejected(suggestion):
    link_account(
        account_ref=account_of("tomas").ref, email="zed@halden.example", actor=actor_of("mara")
    )
    assert reject_link(link_ref=suggestion.ref, actor=actor_of("mara")).state == "rejected"


@pytest.mark.parametrize(("who", "refusal"), [("sid", NotAllowed), ("hugo", NotFound)])
def test_it_refuses_who_may_not_link(suggestion, who, refusal):
    with pytest.raises(refusal):
        reject_link(link_ref=suggestion.ref, actor=actor_of(who))
    suggestion.refresh_from_db()
    assert suggestion.state == "proposed"
