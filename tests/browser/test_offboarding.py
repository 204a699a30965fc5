"""Leavers and operations: in every look, and a leaving by keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.connections.operations.set_connection import set_connection
from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.offboarding.impact import preview_of
from tenure.offboarding.minding import settle_case
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.operations.add_item import add_item
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.operations.plan_case import plan_case
from tenure.offboarding.planning import items_of
from tenure.offboarding.tests.conftest import (
    HUGO,
    PRIYA,
    _organization,
    ada,
    connection,
    leaver,
    openai,
    sync,
)
from tenure.people.models import Person
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of, user_of

__all__ = ["_organization", "connection", "leaver", "openai", "sync"]


def opened(person, heir=None):
    return open_case(person_ref=person.ref, new_owner_ref=heir.ref if heir else None, actor=ada())


def approved(case):
    add_item(case_ref=case.ref, label="Return the laptop", place="Front desk", actor=ada())
    approve_case(ref=case.ref, preview=preview_of(case, items_of(case), actor=ada()), actor=ada())


def worked(case):
    acting.work(case.batch, actor=actor_of("ada"))
    settle_case(ref=case.ref, actor=ada())


@pytest.fixture
def undecided(live_server, leaver):
    leaver.hugo.ends_at, leaver.hugo.title = now() - timedelta(days=3), "Senior ML engineer"
    leaver.hugo.save(update_fields=["ends_at", "title"])
    Person.objects.filter(pk=leaver.priya.pk).update(ends_at=now() + timedelta(days=9))
    return opened(leaver.hugo)


@pytest.mark.in_full
def test_before_anybody_leaves(live_server, visit, look):
    visit.inspect(visit("/offboarding", who="ada", **look), "offboarding-empty")
    visit.inspect(visit("/operations", who="ada", **look), "operations-empty")


def test_the_list_and_the_way_to_a_case(undecided, visit, look):
    visit.inspect(visit("/offboarding", who="ada", **look), "offboarding")
    page = visit("/offboarding/new?person=" + HUGO, who="ada", **look)
    visit.inspect(page, "offboarding-new")


def test_a_plan_that_needs_a_choice(undecided, visit, look):
    page = visit(f"/offboarding/{undecided.ref}", who="ada", **look)
    page.get_by_text("Choose a new owner").first.click()
    visit.inspect(page, "case-plan")


def test_a_case_under_way_and_its_operations(undecided, leaver, visit, look):
    case = OffboardingCase.objects.get()
    case.new_owner = leaver.priya
    case.save(update_fields=["new_owner"])
    plan_case(ref=case.ref, actor=ada())
    approved(case)
    worked(case)
    ProvisioningOperation.objects.filter(label="hugo-1").update(
        state="blocked", block="archived", reason="The project is archived, so nothing changes."
    )
    settle_case(ref=case.ref, actor=ada())
    visit.inspect(visit(f"/offboarding/{case.ref}", who="ada", **look), "case-blocked")
    visit.inspect(visit("/operations", who="ada", **look), "operations")
    gone = ProvisioningOperation.objects.get(label=HUGO)
    visit.inspect(visit(f"/operations/{gone.ref}", who="ada", **look), "operation-verified")
    by_hand = ProvisioningOperation.objects.get(label="Return the laptop")
    visit.inspect(visit(f"/operations/{by_hand.ref}", who="ada", **look), "operation-by-hand")
    stuck = ProvisioningOperation.objects.get(label="hugo-1")
    visit.inspect(visit(f"/operations/{stuck.ref}", who="ada", **look), "operation-blocked")


def test_the_brake_and_the_connection(undecided, connection, visit, look):
    set_connection(ref=connection.ref, brake_per_hour=1, actor=actor_of("ada"))
    members = Account.objects.filter(kind="person", role="reader").order_by("pk")[:5]
    operations = plan_operations(
        plans=[planned.of_member(one) for one in members],
        cause=planned.Cause(why="The office in Riga closes"),
        actor=ada("person-of-another"),
    )
    start_operations(batch=operations[0].batch, actor=ada("person-of-another"))
    acting.work(operations[0].batch, actor=actor_of("ada"))
    Person.objects.filter(pk=Person.objects.first().pk).update(user=user_of("ada"))
    brake = visit(f"/operations/brake/{connection.ref}", who="ada", **look)
    visit.inspect(brake, "brake")
    visit.inspect(visit(f"/connections/{connection.ref}", who="ada", **look), "connection-removal")
    settings = visit(f"/connections/{connection.ref}/settings", who="ada", **look)
    visit.inspect(settings, "connection-settings")


def test_a_leaving_by_keyboard_alone(live_server, leaver, visit, openai):
    page = visit("/offboarding", who="mara")
    page.get_by_role("link", name="Offboard somebody").first.press("Enter")
    page.get_by_label("E-mail of who leaves").fill(HUGO)
    page.get_by_role("button", name="Find everything").press("Enter")
    page.get_by_role("heading", name="9 items found, 2 need your choice").wait_for()
    approve = page.get_by_role("button", name="Remove 1 account, revoke 4 keys", exact=False).first
    assert approve.is_disabled()
    for label in ("ingest-prod", "ingest-batch"):
        page.locator("summary", has_text=label).press("Enter")
        row = page.locator("tr", has=page.locator("summary", has_text=label))
        row.get_by_label("E-mail of who takes it over").fill(PRIYA)
        row.get_by_role("button", name="Choose this").press("Enter")
        row.get_by_text("Priya Raman").first.wait_for()
    approve.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Remove 1 account").press("Enter")
    page.get_by_text("Approved: Tenure is at work on it").wait_for()
    worked(OffboardingCase.objects.get())
    page.get_by_role("heading", name="Everything is done").wait_for()
    assert page.get_by_text("Verified", exact=True).count() == 9
    assert HUGO not in [user["email"] for user in openai.users()]


@pytest.mark.in_full
def test_a_dry_run_tells_of_each_row(undecided, visit):
    page = visit(f"/offboarding/{undecided.ref}", who="mara")
    page.get_by_role("button", name="Dry run").press("Enter")
    page.get_by_text("is as planned").first.wait_for()
    page.get_by_text("It needs your choice first.").first.wait_for()
    visit.inspect(page, "case-rehearsed")
