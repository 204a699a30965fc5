from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.people.operations.add_people_source import add_people_source
from tenure.people.tests.saying import somebody, source, state, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_what_it_says_wins_over_a_weaker_source_whichever_came_last():
    source("HR")
    take("email,title ada@h.example,Lead", of="HR")
    take("email,title,department ada@h.example,Engineer,Platform")
    assert (somebody().title, somebody().department) == ("Lead", "Platform")
    assert AuditEvent.objects.get(verb="people_source.added").detail["name"] == "HR"


def test_whom_an_authoritative_source_leaves_out_is_inactive_and_never_former():
    source("HR", is_authoritative=True)
    take("email ada@h.example bo@h.example", of="HR")
    take("email bo@h.example", of="HR")
    assert (state(), state("bo@h.example")) == ("inactive", "current")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": "hr"}, Conflict),
        ({"name": " "}, Invalid),
        ({"precedence": 0}, Invalid),
        ({"expected_days": 0}, Invalid),
    ],
)
def test_it_refuses_what_makes_no_sense(given, refusal):
    source("HR")
    with pytest.raises(refusal):
        add_people_source(
            **{"name": "IdP", "precedence": 30, "expected_days": 2, **given}, actor=actor_of("ada")
        )


def test_it_is_for_admins_and_a_source_that_is_not_there_takes_nothing():
    with pytest.raises(NotAllowed):
        add_people_source(name="HR", precedence=40, expected_days=2, actor=actor_of("mara"))
    with pytest.raises(NotFound, match="no people source HR"):
        take("email ada@h.example", of="HR")


def test_nobody_is_imported_into_what_is_entered_by_hand():
    with pytest.raises(Invalid, match="not read from files"):
        take("email ada@h.example", of="By hand")
