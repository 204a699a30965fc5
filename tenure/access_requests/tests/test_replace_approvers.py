from __future__ import annotations

import pytest

from tenure.access_requests import queries
from tenure.access_requests.operations.replace_approvers import replace_approvers
from tenure.access_requests.operations.save_approver_group import save_approver_group
from tenure.connections.models import Connection
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.testing.cast import actor_of, user_of
from tenure.users.operations.end_role_assignment import end_role_assignment

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")


def waiting(request):
    asked = request.steps.get(state="open").asked.filter(answer="", replaced_at=None)
    return sorted((str(one.person), str(one.in_place_of or "")) for one in asked)


def replaced(request):
    due = list(queries.requests_to_refill(now(), actor=ADA))
    number = replace_approvers(ref=request.ref, actor=ADA)
    assert not number or request in due
    return number


def test_nobody_is_replaced_who_is_here(ask):
    assert replaced(ask()) == 0


def test_whoever_left_is_replaced_by_the_manager_of_now_else_by_the_system_owner(ask, halden):
    request = ask()
    rita, hugo = halden.people["rita"], halden.people["hugo"]
    Person.objects.filter(pk=hugo.pk).update(manager_email_key="oscar@halden.example")
    assert replaced(request) == 0
    mark_person_left(person_ref=rita.ref, at=now(), reason="Left", actor=ADA)
    assert replaced(request) == 1
    assert waiting(request) == [("Oscar Weil", "Rita Novak")]
    mark_person_left(person_ref=halden.people["oscar"].ref, at=now(), reason="Left", actor=ADA)
    assert replaced(request) == 1
    assert waiting(request) == [("Sid Brandt", "Oscar Weil")]


def test_in_the_place_of_an_earlier_system_owner_the_one_of_now_is_asked(ask, approve, halden):
    request = approve(ask(), "rita")
    Connection.objects.update(owner=user_of("mara"))
    assert replaced(request) == 1
    assert waiting(request) == [("Mara Okafor", "Sid Brandt")]


def test_whoever_does_not_manage_requests_any_more_is_not_asked_as_such(ask, halden):
    Person.objects.filter(pk=halden.people["sid"].pk).update(manager_email_key="")
    request = ask("sid", resource=halden.group.ref, role="")
    end_role_assignment(assignment_ref=user_of("mara").role_assignments.get().ref, actor=ADA)
    assert replaced(request) == 1
    assert waiting(request) == [("Ada Lindqvist", "")]


def test_whoever_is_not_in_the_group_any_more_is_not_asked(ask, halden, policy, listed):
    people = [halden.people[name].ref for name in ("rita", "oscar")]
    group = save_approver_group(name="Security", people=people, actor=ADA)
    of_group = policy(steps=[[f"group={group.ref}"]])
    listed(halden.search, "member", policy=of_group)
    request = ask(resource=halden.search.ref)
    assert waiting(request) == [("Oscar Weil", ""), ("Rita Novak", "")]
    save_approver_group(ref=group.ref, name="Security", people=people[1:], actor=ADA)
    assert replaced(request) == 1
    assert waiting(request) == [("Oscar Weil", "")]


def test_where_nobody_was_left_whoever_comes_is_asked(ask, halden):
    request = ask()
    others = Person.objects.exclude(pk=halden.people["hugo"].pk)
    others.update(is_disabled=True)
    assert replaced(request) == 1
    assert waiting(request) == []
    Person.objects.filter(pk=halden.people["mara"].pk).update(is_disabled=False)
    assert replaced(request) == 1
    assert waiting(request) == [("Mara Okafor", "")]
