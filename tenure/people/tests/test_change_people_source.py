from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.people.models import PeopleSource
from tenure.people.operations.change_people_source import change_people_source
from tenure.people.tests.saying import history, somebody, source, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def change(name: str = "HR", who: str = "ada", **given):
    return change_people_source(
        source_ref=PeopleSource.objects.get(name=name).ref,
        **{"precedence": 40, "expected_days": 35, "is_authoritative": False, **given},
        actor=actor_of(who),
    )


@pytest.fixture(autouse=True)
def two_sources(db):
    source("HR")
    take("email,title ada@h.example,Lead", of="HR")
    take("email,title,other_emails ada@h.example,Engineer,x@y.example")


def test_another_order_describes_people_anew():
    change(precedence=5)
    assert somebody().title == "Engineer"
    assert history()[0] == ("title", "Lead", "Engineer")
    assert somebody("x@y.example") == somebody()
    change(precedence=40)
    assert somebody().title == "Lead"


def test_its_interval_and_authority_are_kept_and_audited():
    changed = change(expected_days=2, is_authoritative=True)
    assert (changed.expected_days, changed.is_authoritative) == (2, True)
    event = AuditEvent.objects.get(verb="people_source.changed")
    assert (event.detail["before"], event.detail["after"]) == ([40, 35, False], [40, 2, True])


def test_it_refuses_what_makes_no_sense_and_who_may_not():
    with pytest.raises(Invalid):
        change(precedence=101)
    with pytest.raises(NotAllowed):
        change(who="mara")
    with pytest.raises(NotFound):
        change_people_source(
            source_ref="019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa",
            precedence=1,
            expected_days=1,
            is_authoritative=False,
            actor=actor_of("ada"),
        )
