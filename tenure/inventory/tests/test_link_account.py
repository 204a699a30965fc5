from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent, AuditText
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.tests.company import account_of, company
from tenure.jobs.models import Job
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


def link(name: str, email: str, *, who: str = "mara", **options):
    actor = options.pop("actor", None) or actor_of(who)
    return link_account(
        account_ref=account_of(name).ref, email=f"{email}@halden.example", actor=actor, **options
    )


def states(name: str) -> list[tuple[str, str]]:
    links = account_of(name).links.order_by("id")
    return [(link.person.name, link.state) for link in links]


def test_it_ties_an_account_by_hand_and_says_who():
    made = link("labs", "zed", reason="He told us")
    assert (made.method, made.decided_by, made.reason) == ("manual", "Mara Okafor", "He told us")
    event = AuditEvent.objects.get(verb="account.linked")
    assert event.detail["after"] == str(made.person.ref)
    assert event.detail["before"] is None
    assert "He told us" not in str(event.detail)
    assert AuditText.objects.get(event=event, field="reason").text == "He told us"
    assert Job.objects.filter(task="tenure.compliance.tasks.evaluate_tests").exists()


def test_an_earlier_link_ends_and_stays_in_the_history():
    link("mei", "zed")
    assert states("mei") == [("Mei Tanaka", "ended"), ("Zed Olsen", "confirmed")]
    ended = account_of("mei").links.get(state="ended")
    assert ended.ended_at is not None


def test_linking_what_was_suggested_answers_the_suggestion():
    link("tomas", "tomas")
    assert states("tomas") == [("Tomas Berg", "withdrawn"), ("Tomas Berg", "confirmed")]


def test_linking_again_what_was_unlinked_overrules_the_rejection():
    unlink_account(account_ref=account_of("mei").ref, reason="A mistake", actor=actor_of("mara"))
    link("mei", "mei")
    assert [state for _, state in states("mei")] == ["ended", "withdrawn", "confirmed"]
    unlink_account(account_ref=account_of("mei").ref, reason="Not after all", actor=actor_of("ada"))
    assert [state for _, state in states("mei")] == ["ended", "withdrawn", "ended", "rejected"]


def test_it_refuses_what_is_so_already_and_what_is_of_no_person():
    with pytest.raises(Conflict, match="belongs to that person already"):
        link("mei", "mei")
    with pytest.raises(Invalid, match="this is a service account"):
        link("robot", "zed")
    with pytest.raises(NotFound, match="Nobody has the e-mail"):
        link("labs", "nobody")


@pytest.mark.parametrize("who", ["sid", "hugo"])
def test_it_refuses_who_may_not_link(who):
    with pytest.raises(NotAllowed if who == "sid" else NotFound):
        link("labs", "zed", who=who)
    assert states("labs") == []


def test_a_scope_is_kept(halden):
    other = company(name="Other")
    mara = actor_of("mara", connection=str(other.ref))
    hidden = halden.accounts.get(external_id="user-labs")
    with pytest.raises(NotFound):
        link_account(account_ref=hidden.ref, email="zed@halden.example", actor=mara)
    own = other.accounts.get(external_id="user-labs")
    assert link_account(account_ref=own.ref, email="zed@halden.example", actor=mara).pk
