from __future__ import annotations

from datetime import date

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.people.operations.clear_person_left import clear_person_left
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.tests.saying import history, somebody, state, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def marked(db):
    take("email,end_date ada@h.example,2020-01-31")
    mark_person_left(
        person_ref=somebody().ref, at=date(2099, 1, 1), reason="Stays", actor=actor_of("mara")
    )


def clear(who: str = "mara"):
    return clear_person_left(person_ref=somebody().ref, actor=actor_of(who))


def test_what_the_sources_say_holds_again():
    assert state() == "current"
    clear()
    assert state() == "former"
    person = somebody()
    assert (person.left_at, person.left_reason, person.left_by) == (None, "", "")
    assert history()[0][0] == "left_at"
    assert AuditEvent.objects.filter(verb="person.cleared_left").count() == 1


def test_there_must_be_something_to_take_back():
    clear()
    with pytest.raises(Conflict, match="nothing to take back"):
        clear()


def test_it_refuses_who_may_not():
    with pytest.raises(NotAllowed):
        clear("rita")
