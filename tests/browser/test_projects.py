"""Projects as somebody with a browser meets them."""

from __future__ import annotations

import re

import pytest

from tenure.inventory.tests.company import company, project_of
from tests.browser.conftest import in_full


@pytest.fixture
def halden(live_server):
    return company()


@pytest.mark.in_full
def test_without_data_the_page_says_what_to_do(visit, look):
    visit.inspect(visit("/projects", who="ada", **look), "empty-projects")


def test_the_list_is_accessible_and_fits(halden, visit, look):
    for name, path in {
        "projects": "/projects",
        "projects-archived": "/projects?show=archived",
        "projects-none": "/projects?q=zzz",
    }.items():
        visit.inspect(visit(path, who="ada", **look), name)


@pytest.mark.parametrize("name", ["Search", *in_full("Sandbox", "Atlas")])
def test_a_project_is_accessible_and_fits(halden, visit, look, name):
    page = visit(f"/projects/{project_of(name).ref}", who="ada", **look)
    page.get_by_text("What the provider sent").click()
    if name == "Search":
        page.get_by_text("Mark out of scope").first.click()
    visit.inspect(page, f"project-{name.lower()}")


def test_a_project_is_found_by_keyboard_and_its_leavers_are_one_press_away(halden, visit):
    page = visit("/", who="ada")
    page.keyboard.press("Control+k")
    page.keyboard.type("projects")
    found = page.get_by_label("Results").get_by_role("option", name="Projects", exact=False)
    found.first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/projects$"))
    page.get_by_label("Search projects").last.press_sequentially("vis", delay=40)
    page.wait_for_url(re.compile("q=vis"), wait_until="commit")
    page.get_by_role("link", name="Vision").press("Enter")
    page.get_by_role("link", name="Show them").press("Enter")
    page.wait_for_url(re.compile("show=leavers"))
    reached = page.get_by_role("table", name="Who can reach it")
    assert reached.locator("tbody tr").count() == 1
    reached.get_by_role("link", name="Noor el-Amin").first.wait_for()


def test_a_project_is_marked_out_of_scope_with_a_reason_and_taken_back(halden, visit):
    page = visit(f"/projects/{project_of('Search').ref}", who="mara")
    page.get_by_text("Mark out of scope").first.click()
    page.get_by_label("Why it is out of scope").fill("Only public data")
    page.get_by_role("button", name="Mark out of scope").click()
    page.get_by_text("Search is out of scope").wait_for()
    assert page.get_by_text("Only public data").count() >= 1
    page.get_by_role("button", name="Take back into scope").click()
    page.get_by_text("the next sync reads its members").wait_for()
    assert not project_of("Search").is_out_of_scope
