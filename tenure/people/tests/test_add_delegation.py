from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tenure.audit.models import AuditEvent
from tenure.compliance.models import OrganizationCalendar
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.people import queries
from tenure.people.operations.add_delegation import add_delegation
from tenure.people.tests.saying import ADA, somebody, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
BO = "bo@h.example"


@pytest.fixture(autouse=True)
def people(db):
    take(f"email,name,end_date {ADA},Ada, {BO},Bo, gone@h.example,Gone,2020-01-01")


def day(days: int) -> date:
    return now().date() + timedelta(days=days)


def add(email: str = BO, begins: int = 0, ends: int = 7, who: str = "mara"):
    return add_delegation(
        person_ref=somebody().ref,
        email=email,
        from_day=day(begins),
        until_day=day(ends),
        reason="Holiday",
        actor=actor_of(who),
    )


def test_it_is_stored_on_the_person_and_audited():
    done = add()
    assert list(queries.delegations_of(somebody(), actor=actor_of("mara"))) == [done]
    event = AuditEvent.objects.get(verb="delegation.added")
    assert event.detail["until_day"] == day(7).isoformat()
    assert "Holiday" not in str(event.detail)


@pytest.mark.parametrize(
    ("given", "refusal", "sentence"),
    [
        ({"email": ADA}, Invalid, "somebody else"),
        ({"email": "gone@h.example"}, Conflict, "may not hold access"),
        ({"email": "who@h.example"}, NotFound, "Nobody has"),
        ({"begins": 3, "ends": 2}, Invalid, "before the first"),
        ({"begins": -9, "ends": -1}, Invalid, "before today"),
    ],
)
def test_it_refuses_what_makes_no_sense(given, refusal, sentence):
    with pytest.raises(refusal, match=sentence):
        add(**given)


def test_one_stands_in_at_a_time():
    add()
    with pytest.raises(Conflict, match="withdraw that first"):
        add(begins=7, ends=9)
    assert add(begins=8, ends=9).from_day == day(8)


def test_it_refuses_who_may_not():
    with pytest.raises(NotAllowed):
        add(who="sid")


def test_today_is_the_day_where_the_organization_is():
    OrganizationCalendar.objects.create(pk=1, zone="Asia/Tokyo", working_days=[0, 1, 2, 3, 4])
    with time_machine.travel(datetime(2026, 11, 23, 18, tzinfo=UTC), tick=False):
        with pytest.raises(Invalid, match="before today"):
            add(begins=0, ends=0)
        assert add(begins=1, ends=1).until_day == date(2026, 11, 24)
