from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.people.models import PeopleSource, PersonEmail
from tenure.people.operations.add_person import add_person
from tenure.people.tests.saying import ADA, somebody, state, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def add(who: str = "mara", **values: str):
    return add_person(values={"email": ADA, **values}, actor=actor_of(who))


def test_somebody_entered_is_there_with_every_field():
    add(
        name="Ada",
        kind="contractor",
        start_date="2026-01-01",
        end_date="2026-02-28",
        manager_email="BO@h.example",
        other_emails="a@x.example; b@x.example",
        time_zone="Asia/Tokyo",
    )
    person = somebody()
    assert (person.kind, person.manager_email_key, state()) == (
        "contractor",
        "bo@h.example",
        "former",
    )
    assert set(PersonEmail.objects.values_list("email_key", flat=True)) == {
        "a@x.example",
        "b@x.example",
    }
    assert PeopleSource.objects.get().kind == "manual"
    assert AuditEvent.objects.get(verb="person.added").subject_ref == str(person.ref)


def test_a_file_that_knows_them_later_is_believed_more():
    add(name="Ada by hand", title="Engineer")
    take("email,name ada@h.example,Ada")
    person = somebody()
    assert (person.name, person.title) == ("Ada", "Engineer")


@pytest.mark.parametrize("email", [ADA, "ADA@h.example", "other@x.example"])
def test_nobody_is_entered_twice(email):
    add(other_emails="other@x.example")
    with pytest.raises(Conflict, match="edit that person"):
        add(email=email)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "ada"}, "email"),
        ({"time_zone": "Mars"}, None),
        ({"end_date": "31.12.2026"}, "end_date"),
        ({"status": "disabled"}, "status"),
        ({"shoe": "44"}, "shoe"),
    ],
)
def test_it_refuses_what_makes_no_sense_and_names_the_field(values, field):
    with pytest.raises(Invalid) as refused:
        add(**values)
    assert refused.value.field == field


def test_it_refuses_who_may_not():
    with pytest.raises(NotAllowed):
        add("sid")
