from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.tests.company import account_of
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


def unlink(name: str, reason: str = "A namesake", who: str = "mara"):
    return unlink_account(account_ref=account_of(name).ref, reason=reason, actor=actor_of(who))


def test_the_link_ends_and_the_rejection_says_who_and_why():
    rejected = unlink("mei")
    assert (rejected.state, rejected.reason, rejected.decided_by) == (
        "rejected",
        "A namesake",
        "Mara Okafor",
    )
    ended = account_of("mei").links.get(state="ended")
    assert (ended.person, ended.decided_by) == (rejected.person, "automatic")
    assert ended.ended_at == rejected.decided_at
    event = AuditEvent.objects.get(verb="account.unlinked")
    assert (event.detail["before"], event.detail["after"]) == (str(rejected.person.ref), None)
    assert "namesake" not in str(event.detail)


def test_it_refuses_what_belongs_to_nobody():
    with pytest.raises(Conflict, match="belongs to nobody"):
        unlink("labs")


def test_it_wants_a_reason():
    with pytest.raises(Invalid, match="Say why"):
        unlink("mei", reason="  ")
    assert account_of("mei").links.get().state == "confirmed"


def test_it_refuses_who_may_not_link():
    with pytest.raises(NotAllowed):
        unlink("mei", who="sid")
