from __future__ import annotations

from datetime import date

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed, NotFound
from tenure.people.merging import _MOVED, on_merge
from tenure.people.models import Delegation, Person, PersonEmail
from tenure.people.operations.add_delegation import add_delegation
from tenure.people.operations.clear_person_left import clear_person_left
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.operations.merge_people import merge_people
from tenure.people.operations.unmerge_people import unmerge_people
from tenure.people.tests.saying import ADA, somebody, source, state, take
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import make_person

pytestmark = pytest.mark.django_db
OLD = "ada.old@h.example"
MARA = "mara"


def merge(counts: str = "kept"):
    return merge_people(
        kept_ref=somebody(ADA).ref,
        merged_ref=somebody(OLD).ref,
        counts=counts,
        is_confirmed=True,
        actor=actor_of(MARA),
    )


def unmerge(done, who: str = MARA):
    return unmerge_people(merge_ref=done.ref, actor=actor_of(who))


def everything() -> dict[str, list]:
    """All that the directory holds of anybody, but for when it changed."""
    columns = [f.attname for f in Person._meta.concrete_fields if f.attname != "changed_at"]
    return {
        "people": list(Person.objects.order_by("id").values_list(*columns)),
        "addresses": sorted(PersonEmail.objects.values_list("email_key", "person")),
        "delegations": list(Delegation.objects.order_by("id").values_list("person", "to")),
    }


@pytest.fixture
def two(db):
    source("HR")
    take(f"email,name,title,external_id {ADA},Ada,Engineer,E2", of="HR")
    take(f"email,name,end_date,other_emails,external_id {OLD},Ada-Old,2020-01-31,x@y.example,E1")


@pytest.mark.parametrize("counts", ["kept", "merged"])
def test_everything_is_as_it_was(two, counts):
    Person.objects.filter(email=OLD).update(user=user_of("hugo"))
    make_person("Zed", email="zed@h.example")
    add_delegation(
        person_ref=somebody(OLD).ref,
        email="zed@h.example",
        from_day=date(2026, 1, 1),
        until_day=date(2099, 1, 1),
        actor=actor_of(MARA),
    )
    before = everything()
    done = merge(counts)
    assert everything() != before
    unmerge(done)
    assert everything() == before
    assert AuditEvent.objects.filter(verb="person.unmerged").count() == 1


def test_people_without_records_are_as_they_were(db):
    make_person("Ada", email=ADA, title="Lead")
    make_person("Old", email=OLD, ends_on=date(2020, 1, 31))
    before = everything()
    unmerge(merge())
    assert everything() == before


def test_what_sources_said_of_each_meanwhile_holds(two):
    done = merge()
    take(f"email,name,end_date {OLD},Ada-Older,2021-01-31")
    take(f"email,title {ADA},Lead", of="HR")
    unmerge(done)
    assert (somebody(OLD).name, str(somebody(OLD).ends_on)) == ("Ada-Older", "2021-01-31")
    assert (somebody(ADA).title, state(ADA), state(OLD)) == ("Lead", "current", "former")


def test_a_word_that_was_said_of_the_merged_person_stays_with_the_kept_one(two):
    done = merge()
    mark_person_left(
        person_ref=somebody().ref, at=date(2026, 1, 1), reason="x", actor=actor_of(MARA)
    )
    unmerge(done)
    assert state(ADA) == "former"
    assert somebody(OLD).left_at is None


def test_a_word_that_was_taken_back_meanwhile_does_not_return(two):
    mark_person_left(
        person_ref=somebody().ref, at=date(2099, 1, 1), reason="x", actor=actor_of(MARA)
    )
    done = merge()
    clear_person_left(person_ref=somebody().ref, actor=actor_of(MARA))
    unmerge(done)
    assert somebody(ADA).left_at is None


def test_slices_move_back_what_they_moved(two):
    told = []

    def moved(*, merge, from_person, to_person, actor):
        told.append((from_person.email, to_person.email))

    on_merge(moved)
    try:
        unmerge(merge())
    finally:
        _MOVED.remove(moved)
    assert told == [(OLD, ADA), (ADA, OLD)]


def test_an_address_that_somebody_else_has_by_now_stops_it(two):
    done = merge()
    PersonEmail.objects.filter(email=OLD).delete()
    make_person("New", email=OLD)
    with pytest.raises(Conflict, match="New's already"):
        unmerge(done)


def test_it_is_undone_once_and_by_who_may(two):
    done = merge()
    with pytest.raises(NotAllowed):
        unmerge(done, "sid")
    unmerge(done)
    with pytest.raises(Conflict, match="undone already"):
        unmerge(done)
    with pytest.raises(NotFound):
        unmerge_people(merge_ref="019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa", actor=actor_of(MARA))


def test_a_work_address_that_the_stronger_source_gave_the_kept_one_goes_back(two):
    done = merge_people(
        kept_ref=somebody(OLD).ref,
        merged_ref=somebody(ADA).ref,
        counts="merged",
        is_confirmed=True,
        actor=actor_of(MARA),
    )
    assert somebody(OLD).email == ADA
    unmerge(done)
    assert (somebody(ADA).name, somebody(OLD).name) == ("Ada", "Ada-Old")
