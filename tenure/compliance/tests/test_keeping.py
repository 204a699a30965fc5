"""What a finding said before it moved is what an auditor of that time is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.compliance import queries
from tenure.compliance.models import Finding, FindingBefore
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.expire_exemptions import expire_exemptions
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.queries import WorkAsked
from tenure.connections.models import Connection
from tenure.inventory.models import Account, AccountLink, Collection
from tenure.lib.clock import now
from tenure.people.directory import place_in_time
from tenure.people.models import Person
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_people_source,
    make_person,
)

pytestmark = pytest.mark.django_db
SLUG = "leavers-deprovisioned"
IN_SEPTEMBER = datetime(2026, 9, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
AUD = actor_of("aud", window=(date(2026, 9, 1), date(2026, 9, 30)))
MARA = actor_of("mara")


@pytest.fixture
def clock():
    with time_machine.travel(IN_SEPTEMBER, tick=False) as clock:
        yield clock


@pytest.fixture
def leaver(db, clock) -> Person:
    """Left on 25 September and has an account, which a test found in September."""
    make_people_source()
    person = make_person("Hugo Castellanos", ends_on=date(2026, 9, 25))
    make_account(make_connection(), person=person)
    run()
    return person


def run() -> None:
    Collection.objects.update(completed_at=now())
    run_tests(slugs=[SLUG], actor=MARA)


def leave(person: Person, on: date) -> None:
    person.ends_on = on
    place_in_time(person, default_zone="UTC")
    person.save()


def told(who) -> str:
    finding = queries.finding_by_ref(Finding.objects.get().ref, actor=who)
    inputs = {one["name"]: one["value"] for one in finding.why["inputs"]}
    return f"{finding.person} left on {inputs['Last day']}, due {finding.due_at.date()}"


THEN = "Hugo Castellanos left on 2026-09-25, due 2026-09-29"


def test_it_says_what_it_said_in_the_window_however_often_it_moved_since(leaver, clock):
    assert told(AUD) == told(MARA) == THEN
    for day in (date(2026, 9, 28), date(2026, 9, 29)):
        clock.shift(5 * DAY)
        leave(leaver, day)
        run()
    assert told(MARA) == "Hugo Castellanos left on 2026-09-29, due 2026-10-01"
    assert told(AUD) == THEN
    in_between = actor_of("aud", window=(date(2026, 9, 1), date(2026, 10, 5)))
    assert told(in_between) == "Hugo Castellanos left on 2026-09-28, due 2026-09-30"


def test_it_is_about_whom_it_was_about(leaver, clock, client_of):
    clock.shift(5 * DAY)
    other = make_person("Mei Tanaka", ends_on=date(2026, 9, 1))
    AccountLink.objects.update(person=other)
    run()
    auditor = client_of("aud", window=AUD.window and (date(2026, 9, 1), date(2026, 9, 30)))
    for path in ("/findings", f"/tests/{SLUG}", f"/findings/{Finding.objects.get().ref}"):
        html = auditor.get(path).content.decode()
        assert "Hugo Castellanos" in html, path
        assert "Mei Tanaka" not in html, path
    assert "Mei Tanaka" in client_of("mara").get("/findings").content.decode()


def test_it_is_overdue_by_the_due_date_of_the_window(leaver, clock):
    clock.shift(5 * DAY)
    leave(leaver, date(2026, 10, 2))
    run()
    overdue = WorkAsked(show="overdue")
    assert not queries.work_page(overdue, actor=MARA).rows
    (seen,) = queries.work_page(overdue, actor=AUD).rows
    assert seen.due_at.date() == date(2026, 9, 29)
    assert queries.work_counts(overdue, actor=AUD)["overdue"] == 1
    assert queries.rows_of_counts(actor=AUD)["overdue"].count() == 1
    assert queries.test_by_slug(SLUG, actor=AUD).overdue == 1


def test_the_most_urgent_then_comes_first(leaver, clock, client_of):
    """Page after page, and on every page that lists findings."""
    other = make_person("Mei Tanaka", ends_on=date(2026, 9, 27))
    account = make_account(Connection.objects.get(), person=other)
    run()
    clock.shift(5 * DAY)
    leave(leaver, date(2026, 10, 2))
    run()

    def listed(who) -> list[str]:
        asked, names = WorkAsked(limit=1), []
        while True:
            one = queries.work_page(asked, actor=who)
            names += [finding.person.name for finding in one.rows]
            if not one.next:
                return names
            asked = replace(asked, cursor=one.next)

    now_first = ["Mei Tanaka", "Hugo Castellanos"]
    assert listed(MARA) == now_first
    assert listed(AUD) == now_first[::-1]
    live = queries.live_findings(actor=AUD).filter(account__in=[account, leaver_account(leaver)])
    assert [one.account for one in live] == [leaver_account(leaver), account]
    html = client_of("aud", window=(date(2026, 9, 1), date(2026, 9, 30))).get("/findings").text
    assert html.index("Hugo Castellanos") < html.index("Mei Tanaka")


def leaver_account(person: Person) -> Account:
    return Account.objects.get(links__person=person)


def test_a_due_date_that_an_exemption_moved_is_not_told_either(leaver, clock):
    leave(leaver, date(2026, 9, 28))
    clock.shift(DAY)
    run()
    (finding,) = Finding.objects.all()
    due_then = finding.due_at
    exempt_findings(
        finding_refs=[finding.ref],
        kind="accepted",
        reason="A handover",
        until=date(2026, 10, 10),
        actor=actor_of("ada"),
    )
    clock.shift(20 * DAY)
    expire_exemptions(actor=MARA)
    assert queries.finding_by_ref(finding.ref, actor=MARA).due_at > due_then
    assert queries.finding_by_ref(finding.ref, actor=AUD).due_at == due_then


def test_what_did_not_move_is_not_written_and_many_take_no_more_questions(leaver, clock):
    clock.shift(DAY)
    run()
    assert not FindingBefore.objects.exists()

    def questions() -> int:
        clock.shift(DAY)
        for person in Person.objects.all():
            leave(person, person.ends_on - DAY)
        Collection.objects.update(completed_at=now())
        with CaptureQueriesContext(database) as asked:
            run_tests(slugs=[SLUG], actor=MARA)
        return len(asked)

    few = questions()
    connection = make_connection()
    for _ in range(20):
        make_account(connection, person=make_person(ends_on=date(2026, 9, 20)))
    run()
    assert questions() == few
    assert FindingBefore.objects.count() == 1 + 21


def test_the_database_keeps_it(leaver, clock):
    clock.shift(DAY)
    leave(leaver, date(2026, 9, 20))
    run()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FindingBefore.objects.update(why={})
