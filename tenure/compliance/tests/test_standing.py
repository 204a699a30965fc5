from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.compliance import explaining
from tenure.compliance.models import Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import NOON
from tenure.inventory.models import Collection
from tenure.lib.clock import now
from tenure.people.models import PeopleSource
from tenure.people.operations.import_people import import_people
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.queries import person_by_email
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HEADER = "email,status,title\n"


def told(status: str, title: str) -> None:
    """What the people source says of Ada, and of somebody who is in order."""
    lines = f"{HEADER}ada@x.example,{status},{title}\nlee@x.example,active,Director\n"
    import_people(content=lines.encode(), is_full=False, is_confirmed=True, actor=actor_of("mara"))


def found() -> Finding:
    """What the test of leavers finds of Ada's account, as if nothing had been found before."""
    Finding.objects.all().delete()
    run_tests(slugs=["leavers-deprovisioned"], actor=actor_of("mara"))
    return Finding.objects.get()


def make_everything_fresh() -> None:
    Collection.objects.update(completed_at=now())
    PeopleSource.objects.update(last_read_at=now())


@pytest.fixture
def ada(noon):
    told("active", "Engineer")
    person = person_by_email("ada@x.example", actor=actor_of("mara"))
    make_account(make_connection(), person=person, began_at=NOON - 90 * DAY)
    return person


def test_who_was_disabled_is_so_since_then_whatever_is_edited_later(ada, noon):
    noon.shift(DAY)
    told("inactive", "Engineer")
    noon.shift(2 * DAY)
    told("inactive", "Lead")
    make_everything_fresh()
    assert found().since == NOON + DAY


def test_who_was_never_known_as_active_is_disabled_since_before_the_first_edit(ada, noon):
    noon.shift(DAY)
    content = f"{HEADER}noor@x.example,inactive,Engineer\n".encode()
    import_people(content=content, is_full=False, is_confirmed=True, actor=actor_of("mara"))
    noor = person_by_email("noor@x.example", actor=actor_of("mara"))
    make_account(make_connection(), person=noor, began_at=NOON - 90 * DAY)
    make_everything_fresh()
    assert found().since == NOON + DAY, "nothing was edited: when the source first spoke"
    for title in ("Lead", "Director"):
        noon.shift(DAY)
        content = f"{HEADER}noor@x.example,inactive,{title}\n".encode()
        import_people(content=content, is_full=False, is_confirmed=True, actor=actor_of("mara"))
    make_everything_fresh()
    assert found().since == NOON + 2 * DAY


def test_who_is_disabled_and_no_longer_listed_lost_access_with_the_first_of_the_two(ada, noon):
    noon.shift(DAY)
    told("inactive", "Engineer")
    noon.shift(DAY)
    content = f"{HEADER}lee@x.example,active,Director\n".encode()
    import_people(content=content, is_full=True, is_confirmed=True, actor=actor_of("mara"))
    make_everything_fresh()
    assert found().since == NOON + DAY


def test_a_human_s_word_that_somebody_left_is_printed_with_who_said_it_and_why(ada, noon):
    mark_person_left(
        person_ref=ada.ref,
        at=NOON.date() - DAY,
        reason="Told by their team",
        actor=actor_of("mara"),
    )
    make_everything_fresh()
    finding = found()
    given = {one["name"]: one for one in finding.why["inputs"]}
    assert given["Marked as left at"]["value"] == finding.since.isoformat()
    assert (given["Reason"]["value"], given["Reason"]["source"]) == (
        "Told by their team",
        given["Ended at"]["source"],
    )
    assert "left on 22 Nov 2026" in explaining.sentence(finding)
    assert explaining.recomputed(finding) == "failing"


def test_who_leaves_by_a_source_prints_nobody_s_word(ada):
    ada.ends_at = NOON - DAY
    ada.save(update_fields=["ends_at"])
    names = {one["name"] for one in found().why["inputs"]}
    assert "Ended at" in names
    assert "Marked as left at" not in names
