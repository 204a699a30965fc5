from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.access_requests.models import AccessRequest, AskedApprover
from tenure.access_requests.operations.approve_request import approve_request
from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotAllowed, NotFound
from tenure.people.models import Person
from tenure.people.operations.add_delegation import add_delegation
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.testing.cast import actor_of, user_of
from tenure.users.models import User
from tenure.users.operations.end_role_assignment import end_role_assignment

pytestmark = pytest.mark.django_db


def test_one_step_after_the_other_and_then_it_is_given(ask, approve):
    request = approve(ask(), "rita")
    assert (request.state, request.version, request.approved_at) == ("pending_approval", 2, None)
    assert [step.state for step in request.steps.order_by("position")] == ["approved", "open"]
    request = approve(request, "sid")
    assert request.state == "pending_provisioning"
    assert request.approved_at is not None
    told = AuditEvent.objects.filter(verb="access_request.approved").order_by("id")
    assert [one.detail["is_last"] for one in told] == [False, True]
    asked = AskedApprover.objects.get(person__name="Rita Novak")
    assert (asked.answer, str(asked.answered_by_person)) == ("approved", "Rita Novak")


def test_nobody_answers_out_of_turn_or_unasked(ask, who):
    request = ask()
    for name in ("sid", "ada"):
        with pytest.raises((NotAllowed, NotFound)):
            approve_request(ref=request.ref, actor=who(name))
    with pytest.raises(NotFound):
        approve_request(ref=request.ref, actor=who("oscar"))


def test_nobody_approves_their_own_by_any_user_delegation_or_local_shell(ask, who, halden):
    request = ask()
    with pytest.raises(NotAllowed, match="nobody approves their own"):
        approve_request(ref=request.ref, actor=who("hugo"))
    day = now().date()
    add_delegation(
        person_ref=halden.people["rita"].ref,
        email="hugo@halden.example",
        from_day=day,
        until_day=day,
        actor=actor_of("mara"),
    )
    with pytest.raises(NotAllowed, match="nobody approves their own"):
        approve_request(ref=request.ref, actor=who("hugo"))
    with pytest.raises(NotAllowed, match="Link your user to a person"):
        approve_request(ref=request.ref, actor=actor_of("ada"))


def test_whoever_stands_in_answers_and_it_says_for_whom(ask, who, halden):
    request = ask()
    day = now().date()
    add_delegation(
        person_ref=halden.people["rita"].ref,
        email="oscar@halden.example",
        from_day=day,
        until_day=day,
        actor=actor_of("mara"),
    )
    approve_request(ref=request.ref, comment=" Fine ", actor=who("oscar"))
    row = AskedApprover.objects.get(person=halden.people["rita"])
    assert (row.answered_by, row.comment) == ("Oscar Weil", "Fine")
    event = AuditEvent.objects.get(verb="access_request.approved")
    assert event.detail["in_place_of"] == str(halden.people["rita"].ref)


def test_one_person_does_not_answer_two_steps_though_they_stand_in(ask, who, halden):
    request = ask()
    day = now().date()
    add_delegation(
        person_ref=halden.people["sid"].ref,
        email="rita@halden.example",
        from_day=day,
        until_day=day,
        actor=actor_of("mara"),
    )
    approve_request(ref=request.ref, actor=who("rita"))
    with pytest.raises(Conflict, match="another person has to"):
        approve_request(ref=request.ref, actor=who("rita"))


def test_what_was_answered_is_not_answered_again(ask, who, halden, policy, listed):
    everybody = policy(steps=[["person:rita", "person:oscar"]])
    listed(halden.search, "member", policy=everybody)
    request = ask(resource=halden.search.ref)
    approve_request(ref=request.ref, actor=who("rita"))
    with pytest.raises(Conflict, match="Rita Novak answered this already"):
        approve_request(ref=request.ref, actor=who("oscar"))


def test_all_of_a_step_may_have_to_answer(ask, approve, halden, policy, listed):
    both = policy(steps=[["person:rita", "person:oscar"]], needs="all")
    listed(halden.search, "member", policy=both)
    request = approve(ask(resource=halden.search.ref), "rita")
    assert request.state == "pending_approval"
    assert approve(request, "oscar").state == "pending_provisioning"


def test_whoever_saw_another_version_is_told_to_look_again(ask, approve, who):
    request = approve(ask(), "rita")
    with pytest.raises(Conflict, match="has changed since"):
        approve_request(ref=request.ref, version=1, actor=who("sid"))


def test_whoever_left_or_is_shut_out_answers_nothing(ask, who, halden):
    request = ask()
    rita = halden.people["rita"]
    User.objects.filter(pk=rita.user_id).update(is_active=False)
    with pytest.raises(Conflict, match="may not answer this any more"):
        approve_request(ref=request.ref, actor=who("rita"))
    User.objects.filter(pk=rita.user_id).update(is_active=True)
    mark_person_left(person_ref=rita.ref, at=now(), reason="Left", actor=actor_of("mara"))
    with pytest.raises(Conflict, match="may not answer this any more"):
        approve_request(ref=request.ref, actor=who("rita"))


def test_whoever_does_not_manage_requests_any_more_answers_nothing_as_such(ask, who, halden):
    Person.objects.filter(pk=halden.people["sid"].pk).update(manager_email_key="")
    request = ask("sid", resource=halden.group.ref, role="")
    role = user_of("mara").role_assignments.get()
    end_role_assignment(assignment_ref=role.ref, actor=actor_of("ada"))
    with pytest.raises(Conflict, match="may not answer this any more"):
        approve_request(ref=request.ref, actor=who("mara"))


def test_what_nobody_wants_any_more_is_not_approved(ask, who):
    request = ask(until=now().date() + timedelta(days=2))
    with (
        time_machine.travel(now() + timedelta(days=4)),
        pytest.raises(Conflict, match="last day asked for in REQ-1 is over"),
    ):
        approve_request(ref=request.ref, actor=who("rita"))
    assert AccessRequest.objects.get().state == "pending_approval"
