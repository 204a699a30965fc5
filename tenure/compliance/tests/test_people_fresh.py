from __future__ import annotations

import pytest

from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.people.models import PeopleSource, Person
from tenure.testing.factories import make_people_source, make_person

SLUG = "people-fresh"


@pytest.mark.parametrize(("age", "fails"), [(35, False), (35.1, True)])
def test_a_source_is_fresh_within_its_days(organization, age, fails):
    source = make_people_source(name="HR", last_read_at=NOON - age * DAY)
    found = ask(SLUG)
    assert list(found) == ([f"people_source:{source.ref}"] if fails else [])
    for finding in found.values():
        assert finding.since == NOON - age * DAY + 35 * DAY
        assert finding.due_at == finding.since + 3 * DAY


def test_a_source_never_read_counts_from_when_we_saw_it(organization, noon):
    make_people_source(name="HR", last_read_at=None)
    ask(SLUG)
    noon.shift(DAY)
    (finding,) = ask(SLUG).values()
    assert finding.since == NOON


def test_it_needs_no_connection(db, noon):
    make_people_source()
    make_person()
    ask(SLUG)
    assert row(SLUG).state == "ok"


def test_people_kept_by_hand_have_no_source_that_could_be_late(organization):
    PeopleSource.objects.update(kind="manual")
    ask(SLUG)
    assert row(SLUG).state == "not_applicable"
    assert "by hand" in row(SLUG).state_reason


def test_no_people_at_all_is_no_green(organization):
    Person.objects.all().delete()
    PeopleSource.objects.all().delete()
    ask(SLUG)
    assert row(SLUG).state == "invalid"
    assert row(SLUG).state_reason == (
        "There are no people sources to judge yet; import your people."
    )
