"""From the invitation to the proof, and whatever may come between."""

from __future__ import annotations

import pytest

from tenure.access_requests.following import EXPIRED, NOT_THEIRS, WITHDRAWN
from tenure.access_requests.tests.approved import approve
from tenure.access_requests.tests.giving import (
    ADA,
    HUGO,
    NINA,
    _organization,
    company,
    connection,
    later,
    minute,
    openai,
    read,
    sync,
    work,
)
from tenure.access_requests.tests.test_granting import sent
from tenure.inventory.models import Account
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.cancel_operation import cancel_operation
from tenure.provisioning.operations.override_operation import override_operation

__all__ = [
    "_organization",
    "company",
    "connection",
    "later",
    "minute",
    "openai",
    "read",
    "sync",
    "work",
]

INVITES = ("POST", "/organization/invites")


@pytest.fixture
def invited(company, work):
    return work(approve(company.nina, company.nightly, "member", days=30))


def operations_of(request):
    return list(ProvisioningOperation.objects.filter(of_requests__request=request).order_by("id"))


def kinds_of(request):
    return list(request.events.order_by("id").values_list("kind", flat=True))


def test_invited_accepted_given_and_verified(invited, read, openai):
    assert read(invited).state == "awaiting_acceptance"
    openai.accept_invite(NINA)
    request = read(invited)
    assert (request.state, request.differs, request.was_invited) == ("verified", "", True)
    assert request.account.email == NINA
    assert (request.ends_at - request.provisioned_at).days == 30
    assert kinds_of(request) == ["giving", "invited", "accepted", "provisioned", "verified"]
    assert sent(openai) == [INVITES]


def test_for_a_group_they_are_added_once_they_have_accepted(company, work, read, openai):
    request = work(approve(company.nina, company.group))
    openai.accept_invite(NINA)
    assert work(read(request)).state == "provisioned"
    assert sent(openai) == [
        INVITES,
        ("POST", f"/organization/groups/{company.group.external_id}/users"),
    ]
    assert read(request).state == "verified"


def test_accepted_under_another_address_waits_until_somebody_says_whose_it_is(
    company, invited, read, openai
):
    read()
    openai.accept_invite(NINA)
    openai.change_user(NINA, email="nina.falk@private.example")
    request = read(invited)
    assert (request.state, request.state_reason) == ("awaiting_acceptance", NOT_THEIRS)
    company.nina.other_emails.create(
        email="nina.falk@private.example", email_key="nina.falk@private.example"
    )
    assert read(invited).state == "verified"


def test_an_invitation_that_expired_is_a_failure_in_words(invited, read, openai, later):
    openai.advance(31 * 24 * 3600)
    later(31 * 24 * 3600)
    request = read(invited)
    assert (request.state, request.state_reason) == ("failed", EXPIRED)


def test_one_that_somebody_withdrew_too(invited, read, openai):
    read()
    openai.remove_invite(NINA)
    assert read(invited).state == "awaiting_acceptance"
    request = read(invited)
    assert (request.state, request.state_reason) == ("failed", WITHDRAWN)


def test_who_was_invited_by_somebody_else_is_waited_for_and_then_added(company, work, read, openai):
    openai.add_invite(NINA)
    read()
    openai.forget_requests()
    request = work(approve(company.nina, company.nightly, "member"))
    assert request.state == "awaiting_acceptance"
    assert "were invited to OpenAI already" in request.state_reason
    openai.accept_invite(NINA)
    assert work(read(request)).state == "provisioned"
    assert request.was_invited is False
    assert INVITES not in sent(openai)
    assert read(request).state == "verified"


def test_who_is_a_member_by_the_time_it_is_sent_is_added_instead(company, work, read, openai):
    openai.add_user(NINA, name="Nina Falk")
    request = work(approve(company.nina, company.nightly, "member"))
    assert request.state == "pending_provisioning"
    assert "They are a member of the organization already" in request.state_reason
    request = work(read(request))
    assert request.state == "provisioned"
    assert INVITES not in sent(openai)
    assert [one.state for one in operations_of(request)] == ["cancelled", "verified"]


def test_two_requests_of_a_newcomer_send_one_invitation(company, work, read, openai):
    first = approve(company.nina, company.nightly, "member")
    second = approve(company.nina, company.search, "member")
    work()
    openai.accept_invite(NINA)
    work(read())
    for request in (first, second):
        assert read(request).state == "verified"
    assert sent(openai).count(INVITES) == 1


@pytest.mark.parametrize("answer", ["timeout", "500", "reset"])
def test_the_answer_is_lost_and_nobody_is_invited_twice(company, work, openai, later, answer):
    openai.faults(commit_then=f"{answer}@POST:invites#1")
    request = work(approve(company.nina, company.nightly, "member"))
    assert request.state == "pending_provisioning"
    for _ in range(4):
        later(60)
        work(request)
    assert request.state == "awaiting_acceptance"
    assert sent(openai) == [INVITES]
    assert len([one for one in openai.invites() if one["email"] == NINA]) == 1


def test_what_is_not_there_when_it_is_read_is_told_and_stays_to_be_verified(
    company, work, read, openai
):
    request = work(approve(company.hugo, company.nightly, "member"))
    openai.put_member("eval-nightly", HUGO, role="owner")
    request = read(request)
    assert request.state == "provisioned"
    assert request.differs == "They have the role owner at OpenAI, and member was approved."
    openai.put_member("eval-nightly", HUGO, role="member")
    request = read(request)
    assert (request.state, request.differs) == ("verified", "")
    openai.remove_member("eval-nightly", HUGO)
    request = read(request)
    assert (request.state, request.differs) == (
        "provisioned",
        "They do not have it at OpenAI.",
    )


def test_what_came_with_the_invitation_and_nobody_approved_is_told(company, invited, read, openai):
    openai.accept_invite(NINA)
    openai.put_member("search", NINA, role="member")
    request = read(invited)
    assert request.state == "provisioned"
    assert request.differs == "They also got search, which nobody approved."


@pytest.mark.parametrize("verb", ["cancel", "override"])
def test_who_stops_the_change_lets_the_request_fail_with_their_words(company, minute, verb):
    company.connection.state = "paused"
    company.connection.save(update_fields=["state"])
    request = minute(approve(company.hugo, company.nightly, "member"))
    assert request.state == "pending_provisioning"
    assert "is paused" in request.state_reason
    (operation,) = operations_of(request)
    stop = {"cancel": cancel_operation, "override": override_operation}[verb]
    stop(ref=operation.ref, reason="Not while it is paused", actor=ADA)
    request = minute(request)
    assert (request.state, request.state_reason) == ("failed", "Not while it is paused")


def test_asked_again_it_does_nothing_twice(company, work, openai):
    request = work(approve(company.hugo, company.nightly, "member"))
    events = request.events.count()
    for _ in range(3):
        work(request)
    assert request.events.count() == events
    assert len(sent(openai)) == 1


def test_whose_account_is_found_by_address_before_anybody_linked_it(company, work, read, openai):
    openai.add_user(NINA, name="Nina Falk")
    read()
    Account.objects.get(email=NINA).links.all().delete()
    request = work(approve(company.nina, company.nightly, "member"))
    assert request.state == "provisioned"


def test_an_extension_takes_over_what_the_first_gave(company, invited, read, work, openai):
    openai.accept_invite(NINA)
    first = read(invited)
    longer = approve(company.nina, company.nightly, "member", days=60, extends=first)
    first.refresh_from_db()
    assert (longer.state, longer.was_invited) == ("verified", True)
    assert (first.state, first.ending) == ("expired", "extended")
    assert sent(openai) == [INVITES]
