from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.people.operations.add_person import add_person
from tenure.people.operations.edit_person import edit_person
from tenure.people.tests.saying import ADA, history, somebody, state, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def edit(who: str = "mara", **values: str):
    return edit_person(person_ref=somebody().ref, values=values, actor=actor_of(who))


def test_what_no_source_says_can_be_entered_and_is_history():
    take("email,name,title ada@h.example,Ada,")
    edit(title="Engineer", department="Platform")
    assert (somebody().title, somebody().department) == ("Engineer", "Platform")
    assert set(history()) == {("title", "", "Engineer"), ("department", "", "Platform")}
    assert AuditEvent.objects.get(verb="person.edited").detail["fields"] == ["department", "title"]


def test_what_a_stronger_source_states_is_not_for_anybody_to_enter():
    take("email,name,end_date ada@h.example,Ada,2026-12-31")
    for values in ({"name": "Bea"}, {"end_date": "2030-01-01"}, {"email": "b@h.example"}):
        with pytest.raises(Conflict, match="CSV says their"):
            edit(**values)


def test_somebody_entered_by_hand_comes_back_with_a_new_first_day():
    add_person(
        values={"email": ADA, "start_date": "2020-01-01", "end_date": "2020-12-31"},
        actor=actor_of("mara"),
    )
    assert state() == "former"
    edit(start_date="2026-01-01", end_date="")
    assert state() == "current"
    assert ("ends_on", "2020-12-31", "") in history()


def test_an_address_of_somebody_else_is_refused():
    take("email,external_id bo@h.example,E1")
    take("external_id,name E2,Ada")
    other = somebody("bo@h.example")
    ada = type(other).objects.get(name="Ada")
    with pytest.raises(Conflict, match="merge the two"):
        edit_person(person_ref=ada.ref, values={"email": "bo@h.example"}, actor=actor_of("mara"))


def test_a_value_that_stays_keeps_the_time_it_was_entered():
    add_person(values={"email": ADA, "title": "Engineer"}, actor=actor_of("mara"))
    entered_at = somebody().records.get().read_at
    edit(title="Engineer", department="Platform")
    record = somebody().records.get()
    assert record.said_at == {"email": entered_at.isoformat(), "title": entered_at.isoformat()}


def test_it_refuses_who_may_not():
    take("email ada@h.example")
    with pytest.raises(NotAllowed):
        edit("hugo", title="x")
