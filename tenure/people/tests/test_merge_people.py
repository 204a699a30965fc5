from __future__ import annotations

from datetime import date

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.people.comparing import compared
from tenure.people.merging import _MOVED, on_merge
from tenure.people.models import Person, PersonEmail
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.operations.merge_people import merge_people
from tenure.people.tests.saying import ADA, history, somebody, source, state, take
from tenure.people.wording import side_by_side
from tenure.testing.cast import actor_of, user_of
from tenure.users.actors import actor_of_user

pytestmark = pytest.mark.django_db
OLD = "ada.old@h.example"


def merge(kept: str = ADA, merged: str = OLD, who: str = "mara", **asked):
    return merge_people(
        kept_ref=somebody(kept).ref,
        merged_ref=somebody(merged).ref,
        actor=actor_of(who),
        **asked,
    )


@pytest.fixture
def two(db):
    """One who is here and one who left."""
    take(f"email,name,end_date,external_id {ADA},Ada,,E2 {OLD},Ada-Old,2020-01-31,E1")


def test_the_merged_one_is_found_as_the_kept_one(two):
    merge(counts="kept", is_confirmed=True)
    assert somebody(OLD) == somebody(ADA)
    assert [person.email for person in Person.objects.filter(merged_into=None)] == [ADA]
    assert PersonEmail.objects.get().email == OLD
    assert history()[0] == ("merged", "", "Ada-Old")
    event = AuditEvent.objects.get(verb="person.merged")
    assert (event.detail["counts"], "Ada" in str(event.detail)) == ("kept", False)


def test_the_user_of_the_merged_one_is_the_kept_one(two):
    user = user_of("mara")
    user.email = user.email_key = OLD
    user.save()
    merge(counts="kept", is_confirmed=True)
    assert actor_of_user(user).person_id == str(somebody(ADA).ref)


@pytest.mark.parametrize(("counts", "expected"), [("kept", "current"), ("merged", "former")])
def test_which_counts_decides_the_state_now_and_after_later_files(two, counts, expected):
    merge(counts=counts, is_confirmed=True)
    assert state() == expected
    take(f"email,end_date {ADA}, {OLD},2021-01-31")
    assert state() == expected


@pytest.mark.parametrize(
    "asked",
    [{}, {"is_confirmed": True}, {"counts": "kept"}, {"counts": "both", "is_confirmed": True}],
)
def test_somebody_here_and_somebody_who_left_are_merged_only_by_an_explicit_word(two, asked):
    with pytest.raises(Conflict, match="say which of the two counts"):
        merge(**asked)
    assert somebody(OLD) != somebody(ADA)


def test_where_both_are_here_either_may_end_them(db):
    source("HR")
    take(f"email,name {ADA},Ada")
    take(f"email,name {OLD},Ada", of="HR")
    assert merge().counts == "both"
    assert state(OLD) == "current"
    take(f"email,name,end_date {OLD},Ada,2020-01-31", of="HR")
    assert state(OLD) == "former"


def test_files_go_on_speaking_of_both_and_nobody_new_appears(two):
    merge(counts="kept", is_confirmed=True)
    done = take(f"email,name,external_id {ADA},Ada-Berg,E2 {OLD},Ada-Old,E1")
    assert (done.created, done.rejected) == (0, [])
    assert somebody(OLD).name == "Ada-Berg"


def test_a_missing_line_of_the_one_that_does_not_count_makes_nobody_inactive(two):
    merge(counts="kept", is_confirmed=True)
    take(f"email,name {ADA},Ada", is_full=True)
    assert state() == "current"


def test_the_user_and_what_slices_hold_go_over(two):
    told = []

    def moved(**given):
        told.append(given)

    on_merge(moved)
    try:
        Person.objects.filter(email=OLD).update(user=user_of("hugo"))
        done = merge(counts="kept", is_confirmed=True)
    finally:
        _MOVED.remove(moved)
    assert [(one["from_person"].name, one["to_person"].name) for one in told] == [
        ("Ada-Old", "Ada")
    ]
    assert told[0]["merge"] == done
    assert somebody(ADA).user == user_of("hugo")


def test_it_refuses_what_cannot_be_merged(two):
    with pytest.raises(Invalid, match="one and the same"):
        merge(merged=ADA)
    with pytest.raises(NotAllowed):
        merge(who="sid")
    merge(counts="kept", is_confirmed=True)
    take("email,name bo@h.example,Bo")
    with pytest.raises(Conflict, match="other way round"):
        merge("bo@h.example", ADA)
    gone = Person.objects.get(name="Ada-Old")
    with pytest.raises(NotFound):
        merge_people(kept_ref=gone.ref, merged_ref=somebody().ref, actor=actor_of("mara"))


@pytest.mark.parametrize("counts", ["kept", "merged", "both"])
@pytest.mark.parametrize("word", ["", ADA, OLD])
def test_what_is_shown_before_a_merge_is_what_becomes_of_it(db, counts, word):
    source("HR")
    take(f"email,name,title,end_date {ADA},Ada,,2031-01-31 {OLD},Ada-Old,Lead,2030-01-31")
    take(f"email,name,department {OLD},Ada-Hr,Legal", of="HR")
    if word:
        mark_person_left(
            person_ref=somebody(word).ref,
            at=date(2029, 5, 1),
            reason="Told by HR",
            actor=actor_of("mara"),
        )
    shown = compared(somebody(), somebody(OLD), counts=counts, actor=actor_of("mara"))
    promised = {row["label"]: row["results"][0][1] for row in shown["rows"]}
    merge(counts=counts, is_confirmed=True)
    became = side_by_side(somebody(), somebody(), {}, at=now(), default_zone="UTC")
    assert promised == {row["label"]: row["kept"] for row in became} | {
        label: "" for label in promised if label not in {row["label"] for row in became}
    }
