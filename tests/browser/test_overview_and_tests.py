"""Overview and the tests: empty, full and without an answer, in every look and by keyboard."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tenure.compliance.models import Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.inventory.models import Collection
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_invitation,
    make_people_source,
    make_person,
)


@pytest.fixture
def leavers(transactional_db):
    make_people_source()
    connection = make_connection(name="OpenAI Production")
    today = now().date()
    for name, days in (("Tomasz Zieliński", 21), ("Noor el-Amin", 5), ("Samuel Adeyemi", 1)):
        person = make_person(name, ends_on=today - timedelta(days=days), title="Data analyst")
        make_account(connection, person=person, role="owner" if days == 5 else "reader")
    make_invitation(connection, "person@elsewhere.example")
    for number in range(12):
        weeks = timedelta(weeks=number)
        make_account(connection, person=make_person(), began_at=now() - weeks)
    make_account(connection, name="labs-shared", email="labs@halden.example")
    run_tests(actor=actor_of("mara"))
    return connection


def test_overview_with_leavers(visit, look, leavers):
    page = visit("/", who="ada", **look)
    page.get_by_role("heading", name="3 former people still have access").wait_for()
    page.get_by_text("Show as table").first.wait_for()
    visit.inspect(page)


@pytest.mark.in_full
def test_overview_on_the_first_day(visit, look, transactional_db):
    page = visit("/", who="ada", **look)
    page.get_by_role("heading", name="Nobody is connected yet").wait_for()
    visit.inspect(page, "overview-empty")


@pytest.mark.in_full
def test_overview_without_an_answer(visit, look, leavers):
    Finding.objects.all().delete()
    Collection.objects.update(completed_at=now() - timedelta(days=3))
    run_tests(actor=actor_of("mara"))
    page = visit("/", who="ada", **look)
    page.get_by_text("This may be incomplete").wait_for()
    visit.inspect(page, "overview-invalid")


@pytest.mark.in_full
def test_overview_of_an_employee(visit, look, leavers):
    visit.inspect(visit("/", who="hugo", **look), "overview-employee")


def test_the_list_of_tests(visit, look, leavers):
    visit.inspect(visit("/tests", who="ada", **look))


def test_a_test_with_findings(visit, look, leavers):
    visit.inspect(visit("/tests/leavers-deprovisioned", who="ada", **look))


@pytest.mark.in_full
def test_a_test_before_it_ran(visit, look, transactional_db):
    visit.inspect(visit("/tests/accounts-linked", who="ada", **look), "test-empty")


def test_a_finding_says_why(visit, look, leavers):
    found = Finding.objects.filter(test__slug="leavers-deprovisioned")
    finding = found.get(person__name="Noor el-Amin")
    visit.inspect(visit(f"/findings/{finding.ref}", who="ada", **look), "finding")


def test_from_the_answer_to_the_person_by_keyboard(visit, leavers):
    page = visit("/", who="ada")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/people/"))
    page.get_by_role("heading", name="Tomasz Zieliński").first.wait_for()
