"""The work list and the settings of tests: in every look, and by keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.compliance.models import Exemption, Finding
from tenure.compliance.operations.add_holiday import add_holiday
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.run_tests import run_tests
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
def findings(transactional_db):
    make_people_source()
    connection, today = make_connection(name="OpenAI Production"), now().date()
    for name, days in (("Tomasz Zieliński", 21), ("Noor el-Amin", 5)):
        person = make_person(name, ends_on=today - timedelta(days=days))
        make_account(connection, person=person)
    make_invitation(connection, "person@elsewhere.example", role="owner")
    for number in range(4):
        make_account(connection, name=f"labs-{number}", email=f"labs{number}@halden.example")
    run_tests(actor=actor_of("mara"))
    exempt_findings(
        finding_refs=[Finding.objects.get(account__name="labs-0").ref],
        reason="Shared by the lab until its owner is back",
        until=today + timedelta(days=20),
        actor=actor_of("mara"),
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/findings", "findings"),
        pytest.param("/findings?show=exempted", "findings-exempted", marks=pytest.mark.in_full),
        pytest.param("/findings?test=people-fresh", "findings-none", marks=pytest.mark.in_full),
        ("/tests/controls", "controls"),
        ("/settings/tests", "tests-settings"),
        ("/settings/tests/owners-few", "test-settings"),
    ],
)
def test_a_page_of_findings(visit, look, findings, path, name):
    visit.inspect(visit(path, who="ada", **look), name)


@pytest.mark.in_full
def test_the_work_list_of_an_auditor(visit, look, findings):
    visit.inspect(visit("/findings", who="aud", **look), "findings-auditor")


def test_the_calendar(visit, look, transactional_db):
    day = now().date()
    for number, name in enumerate(("New year", "Labour day", "Christmas")):
        add_holiday(on=day + timedelta(days=200 * number), name=name, actor=actor_of("ada"))
    visit.inspect(visit("/settings/calendar", who="ada", **look), "calendar")


def test_an_exempted_finding(visit, look, findings):
    ref = Finding.objects.get(account__name="labs-0").ref
    visit.inspect(visit(f"/findings/{ref}", who="mara", **look), "finding-exempted")


def test_what_is_ticked_is_exempted(visit, look, findings):
    refs = Finding.objects.filter(state="open").values_list("ref", flat=True)[:3]
    query = "&".join(f"ref={ref}" for ref in refs)
    visit.inspect(visit(f"/findings/exempt?{query}", who="mara", **look), "exempt")


def test_two_findings_are_exempted_by_keyboard_alone(visit, findings):
    page = visit("/findings", who="mara")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Exempt 2").press("Enter")
    page.get_by_role("heading", name="Exempt 2 findings").wait_for()
    page.get_by_label("Why").fill("They finish a report")
    page.get_by_label("Last day").fill(str(now().date() + timedelta(days=9)))
    page.get_by_role("button", name="Exempt 2 findings").press("Enter")
    page.get_by_text("2 findings exempted to").wait_for()
    assert Exemption.objects.filter(reason="They finish a report").count() == 2


@pytest.mark.in_full
def test_without_anything_ticked_nothing_can_be_pressed(visit, findings):
    page = visit("/findings", who="mara")
    assert page.get_by_role("button", name="Exempt").is_disabled()
    page.get_by_label("Tick all on this page").check()
    assert page.get_by_role("button", name="Exempt").is_enabled()
