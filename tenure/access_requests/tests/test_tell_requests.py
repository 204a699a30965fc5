"""Who is told what of a request, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.access_requests.models import AccessRequest, RequestOperation
from tenure.access_requests.operations.comment_on_request import comment_on_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.access_requests.operations.remind_approvers import remind_approvers
from tenure.access_requests.operations.tell_requests import tell_requests
from tenure.access_requests.tests.approved import make_request
from tenure.lib.clock import now
from tenure.notifications.models import Notice, Told
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.testing.cast import actor_of

ADA = actor_of("ada")
HUGO, RITA, SID = "hugo@halden.example", "rita@halden.example", "sid@halden.example"
DAY = timedelta(days=1)


@pytest.fixture
def told(mailbox):
    """`told()`: what is told now, as receiver and subject; what is put off by a window too."""
    before = []

    def run():
        tell_requests(actor=ADA)
        mails = [(str(mail["To"]), str(mail["Subject"])) for mail in mailbox()]
        mails += [(one.to, one.topic) for one in Notice.objects.order_by("pk")]
        new = mails[:]
        for one in before:
            if one in new:
                new.remove(one)
        before[:] = mails
        return new

    return run


@pytest.fixture
def given(halden):
    """`given(state="verified", ...)`: Hugo's request for a place in research."""

    def make(**said):
        return make_request(
            halden.people["hugo"],
            halden.research,
            "member",
            title="member of research",
            account=halden.accounts["hugo"],
            **said,
        )

    return make


def test_approvers_are_asked_one_after_the_other_and_again_when_reminded(ask, approve, told):
    request = ask("hugo")
    assert told() == [(RITA, "Hugo Castell asks for Member of research")]
    assert told() == []
    remind_approvers(ref=request.ref, actor=ADA)
    assert [to for to, _ in told()] == [RITA]
    approve(request, "rita")
    assert [to for to, _ in told()] == [SID]
    assert Told.objects.filter(topic="request_asked").count() == 3


def test_a_denial_says_why(ask, who, told):
    request = ask("hugo")
    told()
    deny_request(ref=request.ref, reason="Use the sandbox", actor=who("rita"))
    assert told() == [(HUGO, "Member of research: denied")]
    assert told() == []


def test_a_comment_is_told_to_all_but_its_writer(ask, who, told):
    request = ask("hugo")
    told()
    comment_on_request(ref=request.ref, text="For which batch?", actor=who("rita"))
    assert told() == [(HUGO, "Rita Novak about Member of research")]
    assert told() == []


def test_an_approval_is_told_and_that_it_is_there(given, told):
    request = given(state="pending_provisioning")
    assert told() == [(HUGO, "member of research: approved")]
    become(request, state="awaiting_acceptance")
    assert told() == [(HUGO, "member of research: please accept the invitation")]
    become(request, state="verified", provisioned_at=now())
    assert told() == [(HUGO, "member of research: it is there")]
    assert told() == []


def become(request, **columns):
    AccessRequest.objects.filter(pk=request.pk).update(**columns)


@pytest.mark.parametrize(
    ("given_days", "left_days", "is_told"), [(30, 2.9, True), (30, 3.1, False), (2, 1.5, False)]
)
def test_three_days_before_its_end_or_half_way_of_what_is_shorter(
    given, told, given_days, left_days, is_told
):
    ends_at = now() + timedelta(days=left_days)
    given(
        state="verified",
        approved_at=now() - 60 * DAY,
        provisioned_at=ends_at - timedelta(days=given_days),
        ends_at=ends_at,
    )
    wanted = [(HUGO, "request_ends")] if is_told else []
    assert [one for one in told() if one[1] == "request_ends"] == wanted
    assert "request_ends" not in {topic for _, topic in told()}


def test_its_end_is_told_but_not_when_a_longer_one_took_over(given, told):
    old = {"approved_at": now() - 30 * DAY, "provisioned_at": now() - 30 * DAY}
    given(state="expired", ending="expiry", over_at=now(), **old)
    given(state="expired", ending="extended", over_at=now(), **old)
    assert told() == [(HUGO, "request_ended")]


def test_a_failure_is_told_to_them_and_to_the_owner_of_the_connection(given, told):
    old = now() - 30 * DAY
    given(state="failed", state_reason="It expired.", approved_at=old, over_at=now())
    assert {to for to, _ in told()} == {HUGO, SID}


def test_what_stops_on_its_way_is_told_to_the_owner_of_the_connection(halden, given, told):
    request = given(
        state="ending",
        ending="expiry",
        approved_at=now() - 30 * DAY,
        state_reason="Removal is off for OpenAI.",
    )
    (operation,) = plan_operations(
        plans=[planned.of_place(halden.accounts["hugo"], halden.research)],
        cause=planned.Cause(why="a test"),
        actor=ADA,
    )
    RequestOperation.objects.create(request=request, operation=operation, purpose="take_back")
    assert told() == []
    ProvisioningOperation.objects.update(state="blocked", block="removal_off", reason="Off.")
    assert told() == [(SID, "request_stuck")]
    assert told() == []
