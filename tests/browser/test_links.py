"""Whose accounts are whose: the queue, marking, linking and its settings, in every look."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tenure.inventory.models import Account, AccountLink, LinkingDomain
from tenure.inventory.operations.set_linking_domain import set_linking_domain
from tenure.inventory.tests.company import account_of, company
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tests.browser.conftest import in_full


@pytest.fixture
def halden(live_server):
    return company()


@pytest.mark.in_full
@pytest.mark.parametrize("path", ["/accounts/suggestions", "/accounts/mark", "/accounts/link"])
def test_without_anything_to_decide_the_pages_say_so(visit, look, transactional_db, path):
    visit.inspect(visit(path, who="ada", **look), f"nothing{path.replace('/', '-')}")


def test_suggestions_are_accessible_and_fit(halden, visit, look):
    page = visit("/accounts/suggestions", who="ada", **look)
    page.get_by_role("link", name="Tomas Berg").first.wait_for()
    visit.inspect(page, "suggestions")
    page.get_by_label("Choose Tomas Berg for").first.check()
    page.get_by_role("button", name="Link 1 account").wait_for()
    visit.inspect(page, "suggestions-chosen")


@pytest.mark.parametrize("kind", ["external", *in_full("service", "shared", "break_glass")])
def test_marking_is_accessible_and_fits(halden, visit, look, kind):
    page = visit(f"/accounts/mark?as={kind}&ref={account_of('labs').ref}", who="ada", **look)
    visit.inspect(page, f"mark-{kind}")


def test_linking_what_was_chosen_is_accessible_and_fits(halden, visit, look):
    page = visit(f"/accounts/link?ref={account_of('labs').ref}", who="ada", **look)
    visit.inspect(page, "link-chosen")


def test_the_settings_of_linking_are_accessible_and_fit(halden, visit, look):
    visit.inspect(visit("/settings/linking", who="ada", **look), "linking-none")
    set_linking_domain(
        name="halden.example", ignores_tags=True, ignores_dots=True, actor=actor_of("ada")
    )
    visit.inspect(visit("/settings/linking", who="ada", **look), "linking")


def test_a_suggestion_is_confirmed_by_keyboard_alone(halden, visit):
    page = visit("/accounts/suggestions", who="ada")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Link 1 account").press("Enter")
    page.get_by_text("Linked 1 account").wait_for()
    assert account_of("tomas").links.get().state == AccountLink.State.CONFIRMED


def test_an_account_is_marked_by_keyboard_alone(halden, visit):
    page = visit(f"/accounts/mark?as=external&ref={account_of('labs').ref}", who="ada")
    page.get_by_label("Sponsor").fill("mei@halden.example")
    page.get_by_label("Last day").fill(str(now().date() + timedelta(days=30)))
    page.get_by_role("button", name="Mark 1 account").press("Enter")
    page.wait_for_url(re.compile("/accounts(?!/mark)"))
    assert account_of("labs").kind == Account.Kind.EXTERNAL


@pytest.mark.in_full
def test_a_mark_that_lacks_something_says_what(halden, visit):
    visit.expect_error("status of 422")
    page = visit(f"/accounts/mark?as=shared&ref={account_of('labs').ref}", who="ada")
    page.get_by_label("Owner").fill("nobody@halden.example")
    page.get_by_label("Why it has to be so").fill("One instrument, one account")
    page.get_by_role("button", name="Mark 1 account").press("Enter")
    page.locator(".t-error").first.wait_for()
    visit.inspect(page, "mark-refused")
    assert account_of("labs").kind == Account.Kind.PERSON


def test_an_account_is_linked_to_whoever_is_named(halden, visit):
    page = visit(f"/accounts/link?ref={account_of('labs').ref}", who="ada")
    page.get_by_label("E-mail of the person").fill("mei@halden.example")
    page.get_by_role("button", name="Link 1 account").press("Enter")
    page.wait_for_url(re.compile("/accounts(?!/link)"))
    assert account_of("labs").links.get().person.name == "Mei Tanaka"


def test_a_domain_is_set_and_removed_by_keyboard_alone(halden, visit):
    page = visit("/settings/linking", who="ada")
    page.get_by_label("Domain", exact=True).fill("halden.example")
    page.get_by_label("Ignores tags").press("Space")
    page.get_by_role("button", name="Set this domain").press("Enter")
    page.get_by_role("button", name="Remove halden.example").press("Enter")
    page.get_by_text("None: every sign").wait_for()
    assert not LinkingDomain.objects.exists()
