"""Keys, groups and roles as somebody with a browser meets them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tenure.compliance.operations.run_tests import run_tests
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    give_group,
    make_account,
    make_connection,
    make_credential,
    make_group,
    make_people_source,
    make_person,
    make_project,
    put_in_group,
)


@pytest.fixture
def halden(live_server):
    """A leaver with a key, in a group that gives a role; and a key of nobody we know."""
    make_people_source()
    connection = make_connection(name="OpenAI")
    leaver = make_person("Hugo Castellanos", ends_on=now().date() - timedelta(days=5))
    account = make_account(connection, person=leaver)
    project = make_project(connection, "Search")
    group = make_group(connection, "Platform", is_scim_managed=True)
    put_in_group(group, account)
    role = give_group(group, project, "owner").entitlement
    key = make_credential(project, account, name="Notebook", raw='{"id": "key_1"}')
    make_credential(project, None, name="Left behind", owner_name="Mina Sol")
    run_tests(actor=actor_of("mara"))
    return {"account": account, "person": leaver, "group": group, "role": role, "key": key}


@pytest.mark.in_full
def test_without_data_the_pages_say_what_they_are(visit, look):
    for name, path in {
        "empty-credentials": "/credentials",
        "empty-groups": "/entitlements",
        "empty-roles": "/entitlements/roles",
    }.items():
        visit.inspect(visit(path, who="ada", **look), name)


def test_the_lists_are_accessible_and_fit(halden, visit, look):
    for name, path in {
        "credentials": "/credentials",
        "credentials-orphaned": "/credentials?show=orphaned&sort=used",
        "credentials-none": "/credentials?q=zzz",
        "groups": "/entitlements",
        "roles": "/entitlements/roles",
    }.items():
        visit.inspect(visit(path, who="ada", **look), name)


def test_one_of_each_is_accessible_and_fits(halden, visit, look):
    for name, path in {
        "credential": f"/credentials/{halden['key'].ref}",
        "group": f"/entitlements/groups/{halden['group'].ref}",
        "role": f"/entitlements/roles/{halden['role'].ref}",
    }.items():
        page = visit(path, who="ada", **look)
        if name == "credential":
            page.get_by_text("What the provider sent").click()
        visit.inspect(page, name)


def test_from_a_leavers_account_to_what_their_group_gives(halden, visit):
    page = visit(f"/accounts/{halden['account'].ref}", who="ada")
    page.get_by_role("link", name="Notebook", exact=True).wait_for()
    visit.inspect(page, "account-with-keys")
    page.get_by_role("link", name="Platform").first.press("Enter")
    page.wait_for_url(re.compile("/entitlements/groups/"))
    page.get_by_text("1 person in it may not hold access").wait_for()
    page.get_by_role("link", name="Owner of Search").press("Enter")
    page.wait_for_url(re.compile("/entitlements/roles/"))
    holders = page.get_by_role("table", name="Who holds it")
    holders.get_by_role("link", name="Platform").wait_for()


def test_a_key_is_found_by_keyboard_by_its_owner(halden, visit):
    page = visit("/", who="ada")
    page.keyboard.press("Control+k")
    page.keyboard.type("credentials")
    page.get_by_label("Results").get_by_role("option", name="Credentials").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/credentials$"))
    page.get_by_label("Search keys").last.press_sequentially("mina", delay=40)
    page.wait_for_url(re.compile("q=mina"), wait_until="commit")
    page.get_by_role("link", name="Left behind").press("Enter")
    page.get_by_text("Nobody we know: Mina Sol").wait_for()


def test_a_persons_page_has_their_keys_and_groups(halden, visit, look):
    page = visit(f"/people/{halden['person'].ref}", who="ada", **look)
    page.get_by_role("link", name="Notebook", exact=True).wait_for()
    page.get_by_role("link", name="Platform").first.wait_for()
    visit.inspect(page, "person-with-keys")
