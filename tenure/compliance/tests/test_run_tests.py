from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tenure.audit.models import AuditEvent
from tenure.compliance import queries, wording
from tenure.compliance.catalog import catalogue
from tenure.compliance.models import (
    ComplianceTest,
    Finding,
    OrganizationCalendar,
    TestResult,
)
from tenure.compliance.operations.run_tests import run_tests
from tenure.inventory.models import Collection
from tenure.inventory.operations.exclude_resource import exclude_resource
from tenure.lib.errors import NotAllowed, NotFound
from tenure.people.importing import place_in_time
from tenure.people.models import Person
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    link,
    make_account,
    make_connection,
    make_invitation,
    make_member,
    make_people_source,
    make_person,
    make_project,
)
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEFT = NOON.date() - timedelta(days=5)


@pytest.fixture(autouse=True)
def monday_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def connection():
    make_people_source()
    make_person("Somebody current")
    return make_connection()


BOTH = ("accounts-linked", "leavers-deprovisioned")


def run(*slugs: str) -> dict[str, str]:
    """The named tests, else the two that tell most of how runs work."""
    outcomes = run_tests(slugs=slugs or BOTH, actor=actor_of("mara"))
    return {outcome.slug: outcome.state for outcome in outcomes}


def live(slug: str) -> dict[str, Finding]:
    found = Finding.objects.filter(test__slug=slug).exclude(state="resolved")
    return {finding.subject: finding for finding in found}


def test_everything_in_order_is_ok_and_says_how_much_was_judged(connection):
    make_account(connection, person=make_person())
    assert run() == {"accounts-linked": "ok", "leavers-deprovisioned": "ok"}
    row = ComplianceTest.objects.get(slug="leavers-deprovisioned")
    assert row.coverage == {
        "what": "accounts", "of": 1, "judged": 1, "unlinked": 0, "exempted": 0,
    }  # fmt: skip


def test_a_leaver_with_access_is_a_finding_due_a_day_after_the_end(connection):
    account = make_account(connection, person=make_person(ends_on=LEFT))
    assert run()["leavers-deprovisioned"] == "needs_attention"
    finding = live("leavers-deprovisioned")[f"account:{account.ref}"]
    assert finding.since == datetime(2026, 11, 19, tzinfo=UTC)
    assert finding.due_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert wording.urgency(finding) == "overdue"


def reached(subject: str) -> str:
    finding = live("leavers-deprovisioned")[subject]
    printed = {given["name"]: given["value"] for given in finding.why["inputs"]}
    return printed["Projects they reach"]


def test_a_finding_names_how_many_projects_in_scope_the_leaver_still_reaches(connection):
    member = make_account(connection, person=make_person(ends_on=LEFT))
    owner = make_account(connection, person=make_person(ends_on=LEFT), role="owner")
    projects = [make_project(connection) for _ in range(3)]
    for project in (*projects, make_project(connection, archived_at=NOON)):
        make_member(project, member)
    make_member(make_project(connection), member, ended_at=NOON)
    run()
    assert len(live("leavers-deprovisioned")) == 2
    assert (reached(f"account:{member.ref}"), reached(f"account:{owner.ref}")) == ("3", "4")
    exclude_resource(resource_ref=projects[0].ref, reason="Sandbox", actor=actor_of("mara"))
    run()
    assert (reached(f"account:{member.ref}"), reached(f"account:{owner.ref}")) == ("2", "3")


def test_an_invitation_to_a_leaver_at_any_of_their_addresses_is_a_finding(connection):
    person = make_person(ends_on=LEFT)
    person.other_emails.create(email="Gone@x.example", email_key="gone@x.example")
    invitations = [
        make_invitation(connection, person.email.upper()),
        make_invitation(connection, "gone@x.example"),
    ]
    make_invitation(connection, person.email, status="accepted")
    make_invitation(connection, "stranger@x.example")
    run()
    assert set(live("leavers-deprovisioned")) == {f"invitation:{one.ref}" for one in invitations}


@pytest.mark.parametrize(
    ("person", "fails"),
    [
        ({"is_disabled": True}, True),
        ({"is_listed": False}, True),
        ({"is_on_leave": True}, False),
        ({"starts_on": NOON.date() + timedelta(days=14)}, False),
        ({"starts_on": NOON.date() + timedelta(days=16)}, True),
        ({"ends_on": NOON.date()}, False),
        ({"ends_on": NOON.date() - timedelta(days=1)}, True),
    ],
)
def test_who_may_not_hold_access(connection, person, fails):
    make_account(connection, person=make_person(**person))
    assert run()["leavers-deprovisioned"] == ("needs_attention" if fails else "ok")


def test_an_unlinked_account_is_a_finding_due_a_week_after_we_could_know(connection):
    account = make_account(connection, began_at=NOON - timedelta(days=900))
    run()
    finding = live("accounts-linked")[f"account:{account.ref}"]
    assert finding.since == connection.connected_at
    assert finding.due_at - finding.since == timedelta(days=7)


@pytest.mark.parametrize("kind", ["service", "shared"])
def test_accounts_nobody_signs_in_with_need_no_person(connection, kind):
    make_account(connection, person=make_person())
    make_account(connection, kind=kind)
    assert run()["accounts-linked"] == "ok"


def test_a_finding_is_resolved_when_its_cause_is_gone_and_opened_anew_when_it_returns(connection):
    make_account(connection, person=make_person())
    account = make_account(connection, person=make_person(ends_on=LEFT))
    run()
    account.status, account.ended_at = "gone", NOON
    account.save()
    assert run()["leavers-deprovisioned"] == "ok"
    first = Finding.objects.get(test__slug="leavers-deprovisioned")
    assert (first.state, first.resolved_at) == ("resolved", NOON)
    account.status, account.ended_at = "active", None
    account.save()
    run()
    assert Finding.objects.filter(test__slug="leavers-deprovisioned").count() == 2
    assert len(live("leavers-deprovisioned")) == 1


def test_running_again_changes_nothing(connection):
    make_account(connection, person=make_person(ends_on=LEFT))
    make_account(connection)
    run()
    before = list(Finding.objects.order_by("id").values())
    run()
    assert list(Finding.objects.order_by("id").values()) == before
    assert TestResult.objects.count() == 2


def test_a_finding_without_a_fingerprint_gets_one_and_is_then_left_alone(connection):
    make_account(connection, person=make_person(ends_on=LEFT))
    make_account(connection)
    run()
    before = list(Finding.objects.order_by("id").values())
    Finding.objects.update(fingerprint=None, why={})
    run()
    assert list(Finding.objects.order_by("id").values()) == before
    with CaptureQueriesContext(database) as asked:
        run()
    assert not [one for one in asked if 'UPDATE "compliance_finding"' in one["sql"]]


def test_a_finding_about_somebody_else_now_says_so(connection):
    account = make_account(connection, person=make_person(ends_on=LEFT))
    run()
    other = make_person(ends_on=LEFT)
    account.links.update(person=other)
    run()
    (finding,) = live("leavers-deprovisioned").values()
    assert finding.person == other
    assert str(other.ref) in str(finding.why)


def test_a_corrected_end_date_moves_the_due_date_and_the_printed_inputs(connection):
    person = make_person(ends_on=LEFT)
    make_account(connection, person=person)
    run()
    person.ends_on = LEFT + timedelta(days=2)
    place_in_time(person, default_zone="UTC")
    person.save()
    run()
    (finding,) = live("leavers-deprovisioned").values()
    assert finding.due_at == datetime(2026, 11, 24, tzinfo=UTC), "Saturday and Sunday do not count"
    assert "2026-11-20" in str(finding.why)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda: Collection.objects.update(completed_at=None), "not been read completely"),
        (
            lambda: Collection.objects.update(completed_at=NOON - timedelta(minutes=61)),
            "last read completely 1 hours ago",
        ),
        (lambda: Person.objects.all().delete(), "no people yet"),
        (
            lambda: make_people_source(name="HR", last_read_at=NOON - timedelta(days=36)),
            "HR was last read 36 days ago",
        ),
    ],
    ids=["never read", "stale", "no people", "stale people"],
)
def test_without_good_data_there_is_no_answer_and_findings_stay_as_they_were(
    connection, spoil, reason
):
    make_account(connection)
    run()
    open_before = set(live("accounts-linked"))
    make_account(connection)
    spoil()
    assert run() == {"accounts-linked": "invalid", "leavers-deprovisioned": "invalid"}
    assert reason in ComplianceTest.objects.get(slug="accounts-linked").state_reason
    assert set(live("accounts-linked")) == open_before


def test_nothing_connected_is_invalid_and_says_what_to_do():
    make_person()
    assert run()["accounts-linked"] == "invalid"
    assert "connect" in ComplianceTest.objects.get(slug="accounts-linked").state_reason


def test_a_disconnected_organization_is_no_longer_judged(connection):
    gone = make_connection(state="disconnected")
    make_account(connection, person=make_person())
    Collection.objects.filter(connection=gone).update(completed_at=None)
    make_account(gone)
    assert run()["accounts-linked"] == "ok"


def test_a_deactivated_test_is_not_asked(connection):
    make_account(connection)
    ComplianceTest.objects.create(
        slug="accounts-linked", is_deactivated=True, deactivated_reason="A pilot"
    )
    assert run()["accounts-linked"] == "deactivated"
    assert not live("accounts-linked")


def test_the_number_of_statements_does_not_depend_on_how_much_fails(
    connection, django_assert_max_num_queries
):
    for _ in range(60):
        make_account(connection)
        make_account(connection, person=make_person(ends_on=LEFT))
    with django_assert_max_num_queries(56):
        run()
    assert Finding.objects.count() == 120
    with django_assert_max_num_queries(260):
        run(*catalogue())


def test_it_is_one_audit_event(connection):
    make_account(connection)
    run()
    event = AuditEvent.objects.get(verb="tests.run")
    assert event.detail["opened"] == 1
    assert event.detail["states"]["accounts-linked"] == "needs_attention"


def test_one_test_can_be_run_alone_and_an_unknown_one_is_named(connection):
    assert list(run("accounts-linked")) == ["accounts-linked"]
    with pytest.raises(NotFound, match="no-such-test"):
        run("no-such-test")


@pytest.mark.parametrize("who", ["hugo", "aud", "sid"])
def test_it_refuses_who_may_not_run_tests(who):
    with pytest.raises(NotAllowed):
        run_tests(actor=actor_of(who))


def test_the_history_keeps_changes_and_one_answer_a_day(connection, monday_noon):
    make_account(connection, person=make_person())
    run()
    monday_noon.shift(timedelta(hours=1))
    Collection.objects.update(completed_at=NOON + timedelta(hours=1))
    run()
    assert TestResult.objects.count() == 2
    make_account(connection, began_at=NOON)
    run()
    assert TestResult.objects.filter(test__slug="accounts-linked").count() == 2
    monday_noon.shift(timedelta(days=1))
    Collection.objects.update(completed_at=NOON + timedelta(days=1))
    run()
    assert TestResult.objects.filter(test__slug="leavers-deprovisioned").count() == 2
    days = queries.histories(actor=actor_of("mara"))
    row = ComplianceTest.objects.get(slug="accounts-linked")
    assert [(day.kind, day.open) for day in days[row.pk]][-2:] == [("at", 1), ("at", 1)]
    assert days[row.pk][0].kind == "na"


@pytest.mark.parametrize(("zone", "answers"), [("UTC", 1), ("Asia/Tokyo", 2)])
def test_a_day_of_the_history_is_the_organizations(connection, monday_noon, zone, answers):
    """Three hours after its noon it is Tuesday in Tokyo."""
    OrganizationCalendar.objects.create(pk=1, zone=zone, working_days=[0, 1, 2, 3, 4])
    make_account(connection, person=make_person())
    run("accounts-linked")
    monday_noon.shift(timedelta(hours=3))
    Collection.objects.update(completed_at=NOON + timedelta(hours=3))
    run("accounts-linked")
    assert TestResult.objects.count() == answers
    (days,) = queries.histories(actor=actor_of("mara")).values()
    assert [day.kind for day in days[-2:]] == ["na" if answers == 1 else "ok", "ok"]


def test_someone_scoped_to_one_connection_sees_only_its_findings(connection):
    other = make_connection()
    make_account(connection)
    make_account(other)
    make_account(other)
    run()
    sid = actor_of("sid", connection=str(other.ref))
    assert queries.open_findings(actor=sid).count() == 2
    (line,) = [line for line in queries.tests(actor=sid) if line.slug == "accounts-linked"]
    assert line.open == 2
    assert not queries.open_findings(actor=actor_of("hugo")).exists()
    assert queries.tests(actor=actor_of("hugo")) == []


people = st.fixed_dictionaries(
    {
        "ends_on": st.none() | st.integers(-40, 40),
        "starts_on": st.none() | st.integers(-400, 40),
        "is_disabled": st.booleans(),
        "is_listed": st.booleans(),
        "is_on_leave": st.booleans(),
    }
)


@hypothesis_settings(
    max_examples=length(8, full=60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(people, max_size=6))
def test_a_verdict_can_be_recomputed_from_the_printed_inputs(connection, company):
    Person.objects.exclude(name="Somebody current").update(is_disabled=False, is_listed=True)
    accounts = []
    for described in company:
        dates = {
            name: NOON.date() + timedelta(days=described[name])
            if described[name] is not None
            else None
            for name in ("ends_on", "starts_on")
        }
        person = make_person(**{**described, **dates})
        accounts.append(make_account(connection, person=person))
    run("leavers-deprovisioned")
    found = live("leavers-deprovisioned")
    judge = catalogue()["leavers-deprovisioned"].verdict
    for finding in found.values():
        printed = {given["name"]: given["value"] for given in finding.why["inputs"]}
        assert judge(printed, NOON)
    for account, described in zip(accounts, company, strict=True):
        starts = described["starts_on"]
        ended = described["ends_on"] is not None and described["ends_on"] < 0
        early = starts is not None and starts > 14
        may_not = ended or described["is_disabled"] or not described["is_listed"] or early
        assert (f"account:{account.ref}" in found) == may_not


def test_a_lost_link_starts_the_clock_again(connection):
    account = make_account(connection)
    link(account, make_person(), state="rejected", ended_at=NOON - timedelta(hours=1))
    run()
    (finding,) = live("accounts-linked").values()
    assert finding.since == NOON - timedelta(hours=1)


def test_somebody_disabled_before_their_last_day_is_due_from_when_we_learned_it(connection):
    person = make_person(ends_on=NOON.date() + timedelta(days=60), is_disabled=True)
    make_account(connection, person=person)
    run()
    (finding,) = live("leavers-deprovisioned").values()
    assert (finding.since, finding.due_at) == (NOON, NOON + timedelta(days=1))


def test_a_new_title_gives_a_disabled_person_no_more_time(connection, monday_noon):
    person = make_person(is_disabled=True)
    make_account(connection, person=person)
    run()
    monday_noon.shift(timedelta(hours=1))
    person.title, person.changed_at = "Former engineer", NOON + timedelta(hours=1)
    person.save(update_fields=["title", "changed_at"])
    Collection.objects.update(completed_at=NOON + timedelta(hours=1))
    assert run()["leavers-deprovisioned"] == "needs_attention"
    (finding,) = live("leavers-deprovisioned").values()
    assert (finding.since, finding.due_at) == (NOON, NOON + timedelta(days=1))


def test_no_accounts_at_all_are_no_reason_for_a_green(connection):
    assert run() == {"accounts-linked": "invalid", "leavers-deprovisioned": "invalid"}
    reason = ComplianceTest.objects.get(slug="accounts-linked").state_reason
    assert reason == "There are no accounts to judge yet; look at the latest sync run."


def test_accounts_that_are_all_nobodys_say_nothing_about_leavers(connection):
    make_account(connection)
    assert run() == {"accounts-linked": "needs_attention", "leavers-deprovisioned": "invalid"}
    row = ComplianceTest.objects.get(slug="leavers-deprovisioned")
    assert row.state_reason == "None of the 1 accounts could be judged; link them to people."
    assert (row.coverage["of"], row.coverage["judged"]) == (1, 0)


def test_an_invitation_of_a_leaver_is_told_also_where_no_account_can_be_judged(connection):
    make_invitation(connection, make_person(ends_on=LEFT).email)
    assert run()["leavers-deprovisioned"] == "needs_attention"
