"""Accounts and people as somebody with a browser meets them."""

from __future__ import annotations

import re

import pytest

from tenure.inventory.models import AccountLink
from tenure.inventory.tests.company import account_of, company
from tenure.people.models import Person
from tests.browser.conftest import in_full


@pytest.fixture
def halden(live_server):
    return company()


@pytest.mark.in_full
@pytest.mark.parametrize("path", ["/accounts", "/people", "/people/import"])
def test_without_data_the_pages_say_what_to_do(visit, look, path):
    visit.inspect(visit(path, who="ada", **look), f"empty{path.replace('/', '-')}")


def test_the_lists_are_accessible_and_fit(halden, visit, look):
    for name, path in {
        "accounts": "/accounts",
        "accounts-leavers": "/accounts?show=leavers",
        "accounts-none": "/accounts?q=zzz",
        "people": "/people",
    }.items():
        visit.inspect(visit(path, who="ada", **look), name)


@pytest.mark.parametrize("name", ["hugo", *in_full("tomas", "labs", "olga")])
def test_an_account_is_accessible_and_fits(halden, visit, look, name):
    page = visit(f"/accounts/{account_of(name).ref}", who="ada", **look)
    page.get_by_text("What the provider sent").click()
    visit.inspect(page, f"account-{name}")


@pytest.mark.parametrize("name", ["hugo", *in_full("lena")])
def test_a_person_is_accessible_and_fits(halden, visit, look, name):
    found = Person.objects.get(email=f"{name}@halden.example")
    visit.inspect(visit(f"/people/{found.ref}", who="ada", **look), f"person-{name}")


def test_the_import_shows_what_it_would_do_first(halden, visit, look):
    page = visit("/people/import", who="ada", **look)
    content = "email,name,end_date,shoe_size\n" + "\n".join(
        f"{name}@halden.example,{name.title()},2026-01-31,44" for name in ("mei", "lena", "zed")
    )
    content += "\nnot an address,X,,\nnew@halden.example,New,,\n"
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("CSV file").set_input_files(file)
    visit.inspect(page, "import")
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("Nothing is imported yet").wait_for()
    visit.inspect(page, "import-preview")
    assert not Person.objects.filter(email="new@halden.example").exists()
    visit.expect_error("status of 422")
    page.get_by_role("button", name="Import 4 people").click()
    page.get_by_text("check the file, then confirm it").wait_for()
    visit.inspect(page, "import-refused")
    page.get_by_label("I have checked that these people left").check()
    page.get_by_role("button", name="Import 4 people").click()
    page.get_by_text("Imported 4 people from people.csv").wait_for()
    assert Person.objects.filter(email="new@halden.example").exists()


def test_an_account_opens_beside_the_list_by_keyboard_and_the_address_keeps_it(halden, visit):
    page = visit("/accounts?show=attention", who="ada")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    panel = page.locator("#detail")
    panel.get_by_role("heading", name="Whose it is").wait_for()
    assert "show=attention&account=" in page.url
    chosen = page.locator("tr.is-selected a").first.inner_text()
    visit.inspect(page, "accounts-panel")
    page.reload()
    panel.get_by_role("heading", name="Whose it is").wait_for()
    assert page.locator("tr.is-selected a").first.inner_text() == chosen
    page.go_back()
    page.wait_for_url(re.compile("show=attention$"))


@pytest.mark.in_full
def test_what_opens_beside_the_list_takes_the_focus_and_escape_gives_it_back(halden, visit):
    page = visit("/accounts?show=attention", who="ada")
    page.keyboard.press("j")
    row = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.locator("#detail:focus").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == row


def test_a_search_says_aloud_what_it_found_and_keeps_the_focus(halden, visit):
    page = visit("/accounts", who="ada")
    page.get_by_label("Search accounts").last.press_sequentially("hugo")
    page.locator("#heard", has_text="1 account on this page").wait_for()
    page.keyboard.type("zzz")
    page.locator("#heard", has_text="No account matches").wait_for()
    assert page.evaluate("document.activeElement.value") == "hugozzz"


def test_a_form_that_is_refused_begins_at_its_first_fault_and_keeps_what_was_typed(halden, visit):
    visit.expect_error("status of 422")
    page = visit(f"/people/{Person.objects.get(email='mei@halden.example').ref}/leave", who="ada")
    page.get_by_label("How you know").fill("She told us")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="Mark Mei Tanaka as left").click()
    page.locator("[aria-invalid=true]:focus").wait_for()
    assert page.get_by_label("How you know").input_value() == "She told us"


def test_on_a_phone_an_account_opens_as_its_own_page(halden, visit):
    page = visit("/accounts", who="ada", width=390)
    page.get_by_role("link", name="Hugo Castellanos").first.click()
    page.wait_for_url(re.compile(f"/accounts/{account_of('hugo').ref}$"))


def test_a_suggestion_is_confirmed_beside_the_list_and_the_list_stays(halden, visit):
    page = visit("/accounts?show=unlinked", who="ada")
    page.get_by_role("link", name="Tomas Berg").first.click()
    page.get_by_role("button", name="Link to Tomas Berg").click()
    page.get_by_text("Linked to Tomas Berg").first.wait_for()
    assert "show=unlinked" in page.url
    assert account_of("tomas").links.get().state == AccountLink.State.CONFIRMED


@pytest.mark.in_full
def test_searching_narrows_the_list_while_one_types(halden, visit):
    page = visit("/accounts", who="ada")
    page.get_by_label("Search accounts").last.press_sequentially("tanaka")
    page.wait_for_url(re.compile("q=tanaka"))
    assert page.locator("#accounts tbody tr").count() == 1


def test_the_lists_work_without_scripts(halden, live_server, new_context, client_of):
    context = new_context(java_script_enabled=False)
    cookies = client_of("ada").cookies.items()
    context.add_cookies(
        [{"name": n, "value": morsel.value, "url": live_server.url} for n, morsel in cookies]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts")
    page.get_by_label("Search accounts").last.fill("tanaka")
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator("#accounts tbody").get_by_role("link", name="Mei Tanaka").first.click()
    page.get_by_role("heading", name="Whose it is").wait_for()
