from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.access_requests import queries
from tenure.access_requests.models import ApprovalPolicy
from tenure.access_requests.operations.approve_request import approve_request
from tenure.access_requests.operations.escalate_request import escalate_request
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")


@pytest.fixture
def overdue():
    """Time as it is when the first step should have been answered."""
    with time_machine.travel(now() + timedelta(hours=25)):
        yield


def due():
    return [str(one) for one in queries.requests_to_escalate(now(), actor=ADA)]


def asked(request):
    rows = request.steps.get(state="open").asked.filter(is_escalation=True)
    return sorted(str(one.person) for one in rows)


def test_nothing_is_escalated_before_its_time(ask):
    assert not escalate_request(ref=ask().ref, actor=ADA)
    assert due() == []


def test_whoever_manages_requests_is_asked_as_well_once(ask, who):
    request = ask()
    with time_machine.travel(now() + timedelta(hours=25)):
        assert due() == ["REQ-1"]
        assert escalate_request(ref=request.ref, actor=ADA)
        assert not escalate_request(ref=request.ref, actor=ADA)
        assert due() == []
        assert asked(request) == ["Ada Lindqvist", "Mara Okafor"]
        approve_request(ref=request.ref, actor=who("mara"))
    request.refresh_from_db()
    assert [one.state for one in request.steps.order_by("position")] == ["approved", "open"]


def test_whom_the_policy_names_is_asked_alone_and_answers_for_all(ask, who, halden, policy, listed):
    both = policy(steps=[["person:rita", "person:sid"]], needs="all")
    ApprovalPolicy.objects.filter(pk=both.pk).update(escalates_to=halden.people["oscar"])
    both.refresh_from_db()
    listed(halden.search, "member", policy=both)
    request = ask(resource=halden.search.ref)
    with time_machine.travel(now() + timedelta(hours=25)):
        escalate_request(ref=request.ref, actor=ADA)
        assert asked(request) == ["Oscar Weil"]
        done = approve_request(ref=request.ref, actor=who("oscar"))
    assert done.state == "pending_provisioning"


def test_what_is_decided_is_not_escalated(ask, approve):
    request = approve(ask(), "rita", "sid")
    with pytest.raises(Conflict):
        escalate_request(ref=request.ref, actor=ADA)
