"""What an account and a person can do, as their pages say it."""

from __future__ import annotations

import pytest

from tenure.connectors.facts import GrantFact
from tenure.inventory.models import SyncRun
from tenure.inventory.tests.company import (
    account_of,
    accounts,
    members,
    projects,
    read_company,
)
from tenure.inventory.tests.scripted import ScriptedOrganization, read_all
from tenure.people.models import Person

pytestmark = pytest.mark.django_db


def test_what_an_account_can_do_is_said_with_the_path(halden, client_of):
    page = client_of("ada").get(f"/accounts/{account_of('hugo').ref}").content.decode()
    assert "2 grants" in page
    assert "Reader of the organization" in page
    assert "Member of Search" in page
    assert "; read" in page


def test_an_owner_owns_every_open_project_in_one_line(halden, client_of):
    page = client_of("ada").get(f"/accounts/{account_of('mei').ref}").content.decode()
    assert "Owner of all 3 projects" in page
    assert "Because they own the organization" in page
    assert "Also added to 1 of them" in page


def test_of_an_account_that_is_gone_nothing_is_left(halden, client_of, monkeypatch):
    kept = [one for one in accounts() if one.external_id != "user-hugo"]
    read_company(halden, monkeypatch, kept)
    page = client_of("ada").get(f"/accounts/{account_of('hugo').ref}").content.decode()
    assert 'What it can do <span class="t-count">nothing' in page
    assert "Ended with the account" in page


def test_a_changed_role_is_one_step_and_earlier_roles_are_kept(halden, client_of, monkeypatch):
    changed = members()
    ghost = changed["proj_search"][-1]
    promoted = GrantFact(
        external_id="user-hugo",
        principal_kind="account",
        principal_id="user-hugo",
        entitlement_id="owner",
        resource_id="proj_search",
        raw=b"promoted",
    )
    changed["proj_search"] = [promoted, ghost]
    read_all(
        halden,
        monkeypatch,
        ScriptedOrganization(users=accounts(), projects=projects(), members=changed),
    )
    page = client_of("ada").get(f"/accounts/{account_of('hugo').ref}").content.decode()
    assert "Search: member → owner" in page
    assert "Owner of Search" in page
    assert "Earlier: 1" in page
    assert "No longer member of Search" not in page


def test_it_says_which_run_read_it_last(halden, client_of):
    run = SyncRun.objects.latest("id")
    page = client_of("ada").get(f"/accounts/{account_of('hugo').ref}").content.decode()
    assert f"/connections/{halden.ref}/runs/{run.ref}" in page


def test_a_person_reaches_what_their_accounts_reach(halden, client_of):
    def page_of(name: str) -> str:
        person = Person.objects.get(email=f"{name}@halden.example")
        return client_of("ada").get(f"/people/{person.ref}").content.decode()

    assert "Owner of all 3 projects" in page_of("mei")
    hugo = page_of("hugo")
    assert "What they can reach" in hugo
    assert hugo.count("Member of Search") == 2  # what he reaches, and since when
    assert "What they can reach" not in page_of("zed")
