"""Connecting an organization as an admin meets it, from the empty list to the stored key."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tenure.connections.connecting import judge
from tenure.connections.models import Connection
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connectors.base import Credentials
from tenure.inventory import syncing
from tenure.inventory.operations.request_sync import request_sync
from tenure.simulator.openai.running import RunningSimulator, running_simulator
from tenure.testing.cast import actor_of, user_of


@pytest.fixture(scope="module")
def _openai() -> Iterator[RunningSimulator]:
    with running_simulator(users=12, projects=2) as simulator:
        yield simulator


@pytest.fixture
def openai(_openai, transactional_db) -> Iterator[RunningSimulator]:
    _openai.reset()
    yield _openai
    _openai.clear_faults()


@pytest.fixture
def connection(openai) -> Connection:
    """Connected with the admin key, and read once."""
    connection = connect(openai, openai.admin_key)
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
    return connection


def connect(openai, key: str) -> Connection:
    credentials = Credentials(
        organization_id=openai.organization_id, api_key=key, base_url=openai.url
    )
    judged = judge(kind="openai", credentials=credentials, actor=actor_of("ada"))
    return connect_organization(
        judged=judged,
        name="OpenAI Production",
        owner_ref=user_of("ada").ref,
        requests_per_minute=None,
        actor=actor_of("ada"),
    )


def enter(page, openai, key: str) -> None:
    page.get_by_label("Organization ID").fill(openai.organization_id)
    page.get_by_label("Admin API key").fill(key)
    if not page.get_by_label("Custom base URL").is_visible():
        page.get_by_text("Region and address").click()
    page.get_by_label("Custom base URL").fill(openai.url)


def test_from_the_empty_list_to_the_form_by_what_the_screen_offers(visit, look, transactional_db):
    page = visit("/connections", who="ada", **look)
    visit.inspect(page, "connections-empty")
    page.get_by_role("link", name="Add connection").click()
    page.get_by_label("Search connectors").fill("sap")
    page.locator("#catalogue").get_by_text("No connector matches").wait_for()
    visit.inspect(page, "catalogue-none")
    page.get_by_label("Search connectors").fill("integration")
    page.get_by_role("heading", name="OpenAI").wait_for()
    visit.inspect(page, "catalogue")
    page.get_by_role("link", name="View details").click()
    page.get_by_role("heading", name="What we write").wait_for()
    visit.inspect(page, "connector-details")
    page.get_by_role("link", name="Connect", exact=True).click()
    page.get_by_role("heading", name="Add OpenAI credentials").wait_for()
    visit.inspect(page, "connect")


def test_a_refused_key_is_told_at_its_field_and_a_limited_one_before_it_is_stored(
    visit, look, openai
):
    openai.faults(personal_key_reads=True)
    visit.expect_error("status of 422")
    page = visit("/connections/add/openai/connect", who="ada", **look)
    enter(page, openai, openai.project_key)
    page.get_by_role("button", name="Validate and store").click()
    page.get_by_text("This is a project key").wait_for()
    assert page.get_by_label("Admin API key").input_value() == ""
    visit.inspect(page, "connect-refused")
    enter(page, openai, openai.personal_key)
    page.get_by_role("button", name="Validate and store").click()
    page.get_by_role("heading", name="What the key can do").wait_for()
    visit.inspect(page, "connect-found")
    assert not Connection.objects.exists()
    back = page.get_by_role("link", name="Back").get_attribute("href")
    assert back.endswith(f"?organization_id={openai.organization_id}")
    page.get_by_role("button", name="Store the key and continue").click()
    page.get_by_role("heading", name=f"Connected to {openai.organization_id}.").wait_for()
    page.get_by_role("heading", name="About to begin").wait_for()
    page.get_by_text("What we found").last.click()
    visit.inspect(page, "connected")
    page.get_by_role("link", name="Import people").click()
    page.get_by_role("heading", name="Choose a file").wait_for()


def test_the_confirmation_shows_the_accounts_when_they_are_read(visit, look, connection):
    page = visit(f"/connections/{connection.ref}/connected", who="ada", **look)
    page.get_by_role("heading", name="Everything was read").wait_for()
    visit.inspect(page, "connected-read")


def test_a_connection_and_what_may_be_changed_about_it(visit, look, connection):
    page = visit("/connections", who="ada", **look)
    visit.inspect(page, "connections-full")
    page.get_by_role("link", name="OpenAI Production").click()
    page.get_by_role("heading", name="What the key can do").wait_for()
    visit.inspect(page, "connection")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("heading", name="Pause this connection?").wait_for()
    visit.inspect(page, "connection-pause")
    for name in ("settings", "key"):
        visit.go(page, f"/connections/{connection.ref}/{name}")
        visit.inspect(page, f"connection-{name}")


@pytest.mark.in_full
def test_a_connection_with_a_limited_key_and_the_longest_names_fits(visit, live_server, openai):
    openai.faults(personal_key_reads=True)
    connection = connect(openai, openai.personal_key)
    Connection.objects.update(name="OpenAI " + "Production " * 6, organization_id=f"org-{'x' * 90}")
    page = visit(f"/connections/{connection.ref}/connected", who="ada", width=390)
    visit.inspect(page, "connected-limited")
    page.goto(f"{live_server.url}/connections")
    visit.inspect(page, "connections-limited")
    page.goto(f"{live_server.url}/connections/{connection.ref}")
    page.get_by_role("link", name="Upgrade key").wait_for()
    visit.inspect(page, "connection-limited")
    page.get_by_role("link", name="Upgrade key").click()
    page.get_by_role("heading", name="Put another key in place").wait_for()
    visit.inspect(page, "connection-limited-key")


@pytest.mark.in_full
def test_a_disconnected_connection_offers_to_connect_the_same_organization(visit, connection):
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    page = visit(f"/connections/{connection.ref}", who="ada")
    visit.inspect(page, "connection-disconnected")
    page.get_by_role("link", name="Connect again").click()
    page.wait_for_url(re.compile("organization_id="))
    assert page.get_by_label("Organization ID").input_value() == connection.organization_id
