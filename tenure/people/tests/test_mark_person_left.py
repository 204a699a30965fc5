from __future__ import annotations

from datetime import date, datetime

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.tests.saying import ADA, history, somebody, state, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def leave(at: object, reason: str = "Resigned", who: str = "mara"):
    return mark_person_left(person_ref=somebody().ref, at=at, reason=reason, actor=actor_of(who))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(autouse=True)
def ada(db):
    take("email,name,start_date,end_date,time_zone ada@h.example,Ada,2024-01-01,,Asia/Tokyo")


def test_a_day_is_the_last_day_of_work_where_they_are():
    leave(date(2026, 11, 10))
    assert somebody().ends_at == moment("2026-11-10T15:00:00+00:00")
    assert state(at=moment("2026-11-10T14:59:59+00:00")) == "current"
    assert state(at=moment("2026-11-10T15:00:00+00:00")) == "former"


def test_an_instant_is_that_instant_and_marking_again_replaces_it():
    leave(moment("2026-11-10T18:00:00+01:00"))
    assert somebody().ends_at == moment("2026-11-10T17:00:00+00:00")
    leave(moment("2099-01-01T00:00:00+00:00"), reason="A mistake")
    assert state() == "current"
    assert somebody().left_reason == "A mistake"


@pytest.mark.parametrize("end", ["2020-05-31", "2099-12-31", ""])
def test_it_stands_above_what_any_source_says_before_and_after(end):
    leave(date(2026, 11, 10))
    take(f"email,start_date,end_date ada@h.example,2019-01-01,{end}")
    assert somebody().ends_at == moment("2026-11-10T15:00:00+00:00")


def test_a_day_stays_that_day_where_a_source_says_later_that_they_are_and_an_instant_stays():
    leave(date(2026, 11, 10))
    take("email,time_zone ada@h.example,America/Los_Angeles")
    assert somebody().left_at == somebody().ends_at == moment("2026-11-11T08:00:00+00:00")
    leave(moment("2026-11-12T09:00:00+00:00"))
    take("email,time_zone ada@h.example,Asia/Tokyo")
    assert somebody().ends_at == moment("2026-11-12T09:00:00+00:00")


def test_it_is_history_and_audited_without_the_reason_in_the_detail():
    leave(date(2026, 11, 10), reason=" Gross misconduct ")
    assert history()[0] == ("left_at", "", "2026-11-10T15:00:00+00:00")
    event = AuditEvent.objects.get(verb="person.marked_left")
    assert event.subject_ref == str(somebody().ref)
    assert "misconduct" not in str(event.detail)
    assert somebody().left_reason == "Gross misconduct"


@pytest.mark.parametrize(
    ("at", "reason", "sentence"),
    [
        (date(2026, 11, 10), " ", "Say why"),
        (date(2023, 12, 31), "x", "first day is 2024-01-01"),
        (date(9999, 12, 31), "x", "no real day"),
    ],
)
def test_it_refuses_what_makes_no_sense(at, reason, sentence):
    with pytest.raises(Invalid, match=sentence):
        leave(at, reason)


def test_it_refuses_who_may_not_and_hides_who_is_not_there():
    with pytest.raises(NotAllowed):
        leave(date(2026, 11, 10), who="sid")
    with pytest.raises(NotFound):
        mark_person_left(
            person_ref="019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa",
            at=date(2026, 11, 10),
            reason="x",
            actor=actor_of("mara"),
        )
    assert state(ADA) == "current"
