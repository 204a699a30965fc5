"""Downloads as somebody with a browser meets them."""

from __future__ import annotations

import json

import pytest

from tenure.inventory.tests.company import company
from tests.browser.conftest import in_full


@pytest.fixture
def halden(live_server):
    return company()


@pytest.mark.parametrize("path", ["/accounts", *in_full("/audit")])
def test_the_open_menu_is_accessible_and_fits(halden, visit, look, path):
    page = visit(path, who="ada", **look)
    page.get_by_role("button", name="Download").click()
    page.get_by_role("button", name="Excel").wait_for()
    visit.inspect(page, f"download{path.replace('/', '-')}")


def test_what_was_searched_for_is_what_is_downloaded_by_keyboard(halden, visit):
    page = visit("/accounts", who="ada")
    page.get_by_label("Search accounts").last.press_sequentially("tanaka", delay=40)
    page.wait_for_url(lambda url: "q=tanaka" in url, wait_until="commit")
    page.get_by_role("button", name="Download").press("Enter")
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON lines").press("Enter")
    assert download.value.suggested_filename.startswith("tenure-accounts-tanaka-")
    rows = [json.loads(line) for line in download.value.path().read_text().splitlines()]
    assert [row["external_id"] for row in rows] == ["user-mei"]
