"""Evidence of leavers: everybody who left, and what became of what they had."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from random import Random
from zipfile import ZipFile

import pytest
import time_machine

from tenure.evidence.asking import Given
from tenure.evidence.keeping import file_of
from tenure.evidence.tests.world import make
from tenure.offboarding.proving import hours_between, outcome_of
from tenure.people.models import Person, PersonChange
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_credential,
    make_invitation,
    make_people_source,
    make_person,
    make_project,
)
from tenure.testing.lengths import length

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
END = datetime(2026, 8, 1, tzinfo=UTC)
LEAVERS = Given(kind="leavers", first=FIRST, last=LAST)


@pytest.fixture
def home(tmp_path, settings):
    settings.TENURE_HOME = tmp_path / "home"


@pytest.fixture
def autumn(db, home):
    with time_machine.travel(NOW, tick=False) as clock:
        make_people_source()
        yield clock


def rows_of(build, part: str) -> list[dict]:
    with ZipFile(file_of(build)) as archive:
        return [json.loads(line) for line in archive.read(f"{part}.jsonl").splitlines()]


def hour(number: float) -> datetime:
    return END + timedelta(hours=number)


@pytest.mark.parametrize(
    ("ended_at", "not_before", "known_by", "outcome"),
    [
        (None, None, "", "still there"),
        (hour(-5), None, "provider", "before the end"),
        (hour(0), None, "provider", "before the end"),
        (hour(3), None, "provider", "in time"),
        (hour(24), hour(20), "between_reads", "in time"),
        (hour(25), None, "provider", "late"),
        (hour(25), hour(24.5), "between_reads", "late"),
        (hour(25), hour(23), "between_reads", "in doubt"),
        (hour(25), None, "between_reads", "in doubt"),
    ],
)
def test_what_became_of_a_thing(ended_at, not_before, known_by, outcome):
    said = {"ended_at": ended_at, "not_before": not_before, "known_by": known_by}
    terms = {"tenure_ended_at": END, "due_at": hour(24)}
    assert outcome_of(**said, **terms, until=hour(100)) == outcome
    if outcome == "still there":
        assert outcome_of(**said, **terms, until=hour(20)) == "not due yet"


def test_hours_are_rounded_up_and_none_before_the_end():
    assert [hours_between(END, hour(n)) for n in (-3, 0, 0.5, 1, 1.01)] == [0, 0, 1, 1, 2]
    assert hours_between(END, None) is None


@pytest.mark.usefixtures("autumn")
def test_the_population_is_everybody_whose_tenure_ended():
    """As somebody would count it by hand, from the days alone."""
    connection = make_connection()
    random = Random(3)  # noqa: S311 - days and coins
    expected = set()
    for number in range(length(60, 400)):
        day = date(2026, 6, 1) + timedelta(days=random.randrange(150))
        ends = day if random.random() < 0.7 else None
        person = make_person(f"Person {number}", ends_on=ends)
        if random.random() < 0.6:
            account = make_account(connection, person=person)
            if random.random() < 0.5:
                account.status, account.ended_at = "gone", datetime(2026, 10, 1, tzinfo=UTC)
                account.ended_known_by = "provider"
                account.save()
        if ends and FIRST <= ends + timedelta(days=1) <= LAST:
            expected.add(person.email)
    rows = rows_of(make(LEAVERS), "leavers")
    assert {row["person"] for row in rows} == expected
    assert len(rows) == len(expected) > 10
    nothing = {row["person"] for row in rows if row["had_nothing"]}
    linked = set(Person.objects.filter(links__isnull=False).values_list("email", flat=True))
    assert nothing == expected - linked
    assert [row["person"].encode() for row in rows] == sorted(one.encode() for one in expected)


@pytest.mark.usefixtures("autumn")
def test_each_thing_of_a_leaver_with_hours_and_whether_in_time():
    connection = make_connection()
    leaver = make_person("Noor", email="noor@halden.example", ends_on=date(2026, 8, 3))
    ended = {"status": "gone", "ended_known_by": "provider"}
    ended |= {"ended_at": datetime(2026, 8, 4, 5, tzinfo=UTC)}
    account = make_account(connection, person=leaver, external_id="user-1", **ended)
    key = make_credential(make_project(connection), account)
    make_invitation(connection, "noor@halden.example", began_at=datetime(2026, 7, 1, tzinfo=UTC))
    build = make(LEAVERS)
    (left,) = rows_of(build, "leavers")
    removals = {row["kind"]: row for row in rows_of(build, "removals")}
    assert removals.keys() == {"account", "project_key", "invitation"}
    assert (removals["account"]["outcome"], removals["account"]["hours"]) == ("in time", 5)
    assert removals["project_key"]["provider_id"] == key.external_id
    assert removals["project_key"]["outcome"] == "still there"
    assert (left["things"], left["removed"], left["left_over"]) == (3, 1, 2)
    assert (left["within_sla"], left["exception"]) == (False, "2 of 3 still there.")


@pytest.mark.usefixtures("autumn")
def test_who_came_back_had_left_all_the_same():
    person = make_person("Rehired", email="back@halden.example")
    PersonChange.objects.create(
        person=person,
        field="ends_on",
        before="2026-08-03",
        after="",
        source="CSV",
        at=datetime(2026, 9, 10, tzinfo=UTC),
    )
    postponed = make_person("Postponed")
    PersonChange.objects.create(
        person=postponed,
        field="ends_on",
        before="2026-08-03",
        after="",
        source="CSV",
        at=datetime(2026, 7, 20, tzinfo=UTC),
    )
    (row,) = rows_of(make(LEAVERS), "leavers")
    assert row["person"] == "back@halden.example"
    assert row["ended_at"] == "2026-08-04T00:00:00.000Z"
    assert row["came_back_at"] == "2026-09-10T00:00:00.000Z"


@pytest.mark.usefixtures("autumn")
def test_without_leavers_there_is_a_bundle_that_says_so():
    build = make(LEAVERS)
    assert (build.state, build.bundle.rows) == ("finished", 0)
