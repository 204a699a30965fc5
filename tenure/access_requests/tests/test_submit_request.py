from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.access_requests.models import AccessRequest, ApprovalPolicy, RequestEvent
from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotFound
from tenure.people.models import Person
from tenure.people.operations.merge_people import merge_people
from tenure.testing.cast import actor_of
from tenure.testing.factories import give_group, make_group, make_member, make_person, make_project

pytestmark = pytest.mark.django_db


def asked(request):
    return [
        [str(one.person) for one in step.asked.all()] for step in request.steps.order_by("position")
    ]


def test_it_asks_the_manager_and_then_the_system_owner(ask):
    request = ask()
    assert (str(request), request.state, request.days) == ("REQ-1", "pending_approval", 30)
    assert request.title == "Member of research"
    assert asked(request) == [["Rita Novak"], ["Sid Brandt"]]
    first, second = request.steps.order_by("position")
    assert (first.state, second.state) == ("open", "ahead")
    assert first.due_at - first.opened_at == timedelta(hours=24)
    assert first.asked.get().why == "manager of Hugo Castell"
    assert AuditEvent.objects.get().verb == "access_request.submitted"
    assert RequestEvent.objects.get().kind == "asked"


def test_numbers_go_on_and_the_policy_is_frozen(ask, halden):
    ask()
    request = ask(resource=halden.search.ref)
    assert str(request) == "REQ-2"
    assert ApprovalPolicy.objects.get().is_default
    assert request.policy["version"] == 1
    assert request.policy["rules"]["steps"][0]["approvers"][0]["kind"] == "manager"


def test_for_a_colleague_neither_who_asks_nor_whom_it_is_for_is_asked(ask, halden):
    request = ask("rita", person="hugo@halden.example")
    assert request.person == halden.people["hugo"]
    assert request.asked_by_person == halden.people["rita"]
    assert asked(request) == [["Sid Brandt"]]


def test_whoever_has_no_manager_is_answered_for_by_the_system_owner_once(ask):
    assert asked(ask("mara")) == [["Sid Brandt"]]


def test_the_system_owner_is_answered_for_by_whoever_manages_requests(ask, halden):
    Person.objects.filter(pk=halden.people["sid"].pk).update(manager_email_key="")
    assert asked(ask("sid", resource=halden.group.ref, role="")) == [
        ["Ada Lindqvist", "Mara Okafor"]
    ]


def test_what_gives_access_to_others_needs_two_people(ask, halden, listed):
    listed(halden.search, "owner")
    request = ask("mara", resource=halden.search.ref, role="owner")
    assert request.is_privileged
    assert asked(request) == [["Sid Brandt"], ["Ada Lindqvist"]]


def test_without_anybody_to_ask_nothing_is_sent(ask, halden):
    Person.objects.exclude(pk=halden.people["hugo"].pk).update(is_disabled=True)
    with pytest.raises(Conflict, match="Nobody could approve this"):
        ask()
    assert not AccessRequest.objects.exists()


def test_who_has_it_already_is_told_so(ask, halden):
    with pytest.raises(Conflict, match="Priya Raman has this already: Member of research"):
        ask(person="priya@halden.example")
    make_member(halden.search, halden.accounts["hugo"], "owner")
    with pytest.raises(Conflict, match="more than this already: Owner of search"):
        ask(resource=halden.search.ref)
    with pytest.raises(Conflict, match="has this already: Reader of the organization"):
        ask(resource=halden.organization.ref, role="reader")


def test_what_is_asked_for_already_is_not_asked_again(ask):
    ask()
    with pytest.raises(Conflict, match="request for this already: REQ-1, needs approval"):
        ask()
    with pytest.raises(Conflict, match="already"):
        ask("rita", person="hugo@halden.example")


def test_somebody_who_was_merged_counts_as_who_they_are_now(ask, halden):
    ask()
    kept = make_person("Hugo C.", email="hugo.c@halden.example")
    merge_people(kept_ref=kept.ref, merged_ref=halden.people["hugo"].ref, actor=actor_of("mara"))
    with pytest.raises(Conflict, match="already"):
        ask("rita", person=kept.ref)
    with pytest.raises(Conflict, match="already"):
        ask("rita", person="hugo@halden.example")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"days": 0}, "days"),
        ({"days": 4000}, "days"),
        ({"days": 3, "until": (now() + timedelta(days=3)).date()}, "until"),
        ({"until": now().date()}, "until"),
        ({"reason": "x" * 1001}, "reason"),
    ],
)
def test_it_refuses_what_makes_no_sense_and_names_the_field(ask, said, field):
    with pytest.raises(Invalid) as refused:
        ask(**said)
    assert refused.value.field == field


def test_it_refuses_what_cannot_be_had_and_says_why(ask, halden):
    project = make_project(halden.connection, "old", archived_at=now())
    refusals = {
        (halden.kept.ref, ""): "directory decides",
        (project.ref, "member"): "archived or gone",
        (halden.search.ref, "owner"): "is not offered",
    }
    for (resource, role), why in refusals.items():
        with pytest.raises(Conflict, match=why):
            ask(resource=resource, role=role)
    with pytest.raises(NotFound, match="no such access"):
        ask(role="emperor")


def test_nobody_asks_for_somebody_who_left(ask, halden):
    gone = make_person("Noor", ends_on=now().date() - timedelta(days=3))
    with pytest.raises(Conflict, match="may not hold access"):
        ask(person=gone.ref)
    with pytest.raises(NotFound, match="Nobody in the list of people"):
        ask(person="nobody@halden.example")


def test_a_group_that_gives_access_to_others_is_not_offered_by_itself(ask, halden):
    group = make_group(halden.connection, "Admins")
    give_group(group, halden.search, "owner")
    with pytest.raises(Conflict, match="is not offered"):
        ask(resource=group.ref, role="")


def test_a_policy_may_ask_nobody_for_what_is_short_and_harmless(ask, halden, policy, listed):
    quick = policy(approves_itself={"at_most_days": 7})
    listed(halden.search, "member", policy=quick)
    request = ask(resource=halden.search.ref, days=7)
    assert (request.state, request.steps.count()) == ("pending_provisioning", 0)
    assert request.approved_at is not None
    listed(halden.search, "owner", policy=quick)
    assert ask("rita", resource=halden.search.ref, role="owner", days=7).steps.exists()


def test_an_extension_is_of_what_one_has(ask, approve):
    first = approve(ask(), "rita", "sid")
    with pytest.raises(Conflict, match="gives no access now"):
        ask(extends=first.ref)
    ends_at = now() + timedelta(days=10)
    AccessRequest.objects.filter(pk=first.pk).update(state="verified", ends_at=ends_at)
    with pytest.raises(Invalid, match="later than it does now"):
        ask(extends=first.ref, until=(now() + timedelta(days=3)).date())
    longer = ask(extends=first.ref)
    assert (longer.extends, longer.state) == (first, "pending_approval")
    with pytest.raises(Conflict, match="extension of REQ-1 is asked for already"):
        ask(extends=first.ref)
