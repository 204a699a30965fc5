from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tenure.compliance.catalog import catalogue
from tenure.compliance.models import Finding
from tenure.compliance.operations.assign_findings import assign_findings
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.test_rules import HOUR
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_invitation,
    make_people_source,
    make_person,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEFT = NOON.date() - timedelta(days=5)


@pytest.fixture(autouse=True)
def monday_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def leavers():
    """Two people who left with an account each, one of them with a second account and an invite."""
    make_people_source()
    connection = make_connection(name="OpenAI Production")
    hugo = make_person("Hugo Castell", ends_on=LEFT)
    noor = make_person("Noor el-Amin", ends_on=LEFT - timedelta(days=1))
    for person in (hugo, hugo, noor):
        make_account(connection, person=person)
    make_invitation(connection, hugo.email)
    make_account(connection, person=make_person("Current One"))
    run_tests(actor=actor_of("mara"))
    return connection


def page(client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_overview_says_first_how_many_people_and_every_number_agrees(client_of, leavers):
    html = page(client_of("ada"))
    assert "2 former people still have access" in html
    assert ">3 accounts</a>" in html
    assert ">1 invitation</a>" in html
    assert html.index("Noor el-Amin") < html.index("Hugo Castell"), "the most urgent first"
    tests = page(client_of("ada"), "/tests/leavers-deprovisioned")
    assert "<b>4</b>" in tests
    accounts = page(client_of("ada"), "/accounts?show=leavers")
    assert accounts.count("Hugo Castell") >= 2


def test_of_many_leavers_overview_shows_the_most_urgent_and_counts_all(client_of, leavers):
    for days in range(30):
        make_account(leavers, person=make_person(f"Leaver {days:02}", ends_on=LEFT))
    html = page(client_of("ada"))
    assert "32 former people still have access" in html
    assert ">33 accounts</a>" in html
    shown = re.findall(r"Noor el-Amin|Hugo Castell|Leaver \d\d", html)
    assert shown[:2] == ["Noor el-Amin", "Hugo Castell"], "who was judged comes first"
    assert len(set(shown)) == 25


def test_when_everyone_is_current_it_says_so_with_the_age_of_the_data(client_of):
    make_people_source()
    make_account(make_connection(), person=make_person())
    run_tests(actor=actor_of("mara"))
    html = page(client_of("ada"))
    assert "Everyone with access is a current person" in html
    assert "1 min ago" in html


def test_it_never_says_all_is_well_without_data(client_of):
    assert "Nobody is connected yet" in page(client_of("ada"))
    connection = make_connection()
    make_account(connection)
    run_tests(actor=actor_of("mara"))
    html = page(client_of("ada"))
    assert "We cannot tell yet" in html
    assert "no people yet" in html


def test_an_employee_sees_their_own_access_and_nothing_of_others(client_of, leavers):
    make_account(leavers, person=make_person("Hugo Himself", email=email_of("hugo")), role="owner")
    html = page(client_of("hugo"))
    assert "You have 1 account" in html
    assert "Owner" in html
    assert "Noor el-Amin" not in html
    assert "We do not know yet who you are" in page(client_of("oscar"))


def test_someone_of_another_connection_is_told_nothing_of_this_one(client_of, leavers):
    other = make_connection()
    html = page(client_of("sid", connection=str(other.ref)))
    assert "Noor el-Amin" not in html
    finding = Finding.objects.first()
    assert (
        client_of("sid", connection=str(other.ref)).get(f"/findings/{finding.ref}").status_code
        == 404
    )


@pytest.mark.parametrize(
    "path", ["/", "/tests", "/tests/leavers-deprovisioned", "/overview/trends"]
)
def test_a_page_asks_fewer_than_ten_questions(
    client_of, leavers, path, django_assert_max_num_queries
):
    client = client_of("ada")
    client.get(path)
    with django_assert_max_num_queries(9):
        page(client, path)


def test_a_finding_prints_every_input_with_its_source(client_of, leavers):
    finding = Finding.objects.filter(account__isnull=False).order_by("due_at").first()
    html = page(client_of("ada"), f"/findings/{finding.ref}")
    assert "Why Noor el-Amin is a finding" in html
    assert "exact work e-mail" in html
    assert "2026-11-17" in html
    assert "1 business day allowed" in html


def test_findings_are_paged_and_filtered_by_the_address(client_of, leavers):
    for number in range(60):
        make_account(leavers, name=f"Stray {number:02}", began_at=NOON - number * HOUR)
    run_tests(actor=actor_of("mara"))
    client = client_of("ada")
    first = page(client, "/tests/accounts-linked")
    assert first.count("Stray") == 50
    (following,) = set(re.findall(r'href="(\?[^"]*cursor=[^"]+)"', first))
    second = page(client, "/tests/accounts-linked" + following.replace("&amp;", "&"))
    assert second.count("Stray") == 10
    assert "No findings here" in page(client, "/tests/accounts-linked?show=resolved")
    assert client.get("/tests/accounts-linked?cursor=forged").status_code == 400


def test_run_now_runs_and_says_what_came_of_it(client_of, leavers):
    Finding.objects.all().delete()
    answer = client_of("mara").post("/tests/run", follow=True)
    ran = f"Ran {len(catalogue())} tests: 5 findings opened, 0 resolved."
    assert ran in answer.content.decode()
    assert client_of("sid").post("/tests/run").status_code == 403


def test_what_is_overdue_stands_before_what_is_only_open(client_of, leavers):
    make_account(leavers)  # of nobody, and not overdue
    run_tests(actor=actor_of("mara"))
    html = page(client_of("ada"), "/tests")
    late, open_ones = "deprovisioned when personnel leave", "associated with users"
    assert html.index(late) < html.index(open_ones), "though not by their titles"


def test_an_unknown_test_is_not_found(client_of):
    assert client_of("ada").get("/tests/no-such-test").status_code == 404


def test_overview_tells_everybody_what_waits_for_them(client_of, leavers):
    make_account(leavers, name="Stray")
    leavers.owner = user_of("sid")
    leavers.save(update_fields=["owner"])
    run_tests(actor=actor_of("mara"))
    found = Finding.objects.get(account__name="Stray")
    assign_findings(finding_refs=[found.ref], owner_email=email_of("sid"), actor=actor_of("mara"))
    html = page(client_of("sid", connection=str(leavers.ref)))
    assert "Findings you own" in html
    assert "Unlinked accounts" in html
    assert "Your tasks" not in page(client_of("ada"))
    late = page(client_of("ada"), "/findings?show=overdue").count('scope="row"')
    assert f">{late} findings overdue</a>" in page(client_of("ada"))
