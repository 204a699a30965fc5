"""The style guide shows every component; what holds there holds for the pages made of them."""

from __future__ import annotations

import re

import pytest

from tenure.testing.factories import make_person
from tests.browser.conftest import in_full


@pytest.fixture(autouse=True)
def _for_developers(settings) -> None:
    settings.DEBUG = True


def test_every_component_is_accessible_and_fits(visit, look):
    visit.inspect(visit("/styleguide", who="ada", **look))


def test_an_open_dialog_palette_and_menu_are_accessible(visit, look):
    page = visit("/styleguide", who="ada", **look)
    page.get_by_role("button", name="Remove 1 owner…").click()
    visit.inspect(page, "dialog")
    page.get_by_role("button", name="Cancel").click()
    page.keyboard.press("Control+k")
    page.get_by_label("Results").get_by_role("option").first.wait_for()
    visit.inspect(page, "palette")
    page.keyboard.press("Escape")
    if look["width"] < 992:
        page.get_by_role("button", name="Open navigation").click()
        page.locator("#nav.show").wait_for()
    page.get_by_title("Ada Lindqvist").click()
    visit.inspect(page, "menu")


@pytest.mark.parametrize("who", ["ada", *in_full("")])
def test_error_pages_are_accessible_and_fit(visit, look, who):
    visit.expect_error("status of 404")
    visit.inspect(visit("/styleguide/errors/404", who=who, **look), f"error-{who or 'nobody'}")


def test_the_palette_finds_a_page_by_part_of_its_name_and_opens_it(visit):
    page = visit("/styleguide", who="ada")
    page.keyboard.press("Control+k")
    page.keyboard.type("overv")
    page.get_by_label("Results").get_by_role("option").first.wait_for()
    assert page.get_by_label("Results").get_by_role("option").all_inner_texts() == [
        "Overview\nPage"
    ]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/$"))


def test_the_palette_finds_a_person_by_name_and_opens_their_page(visit, look, transactional_db):
    noor = make_person("Noor el-Amin")
    page = visit("/styleguide", who="ada", **look)
    page.keyboard.press("Control+k")
    page.keyboard.type("el-am")
    page.get_by_role("option", name="Noor el-Amin").wait_for()
    visit.inspect(page, "palette-person")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/people/{noor.ref}$"))


def test_the_chosen_colours_are_kept_by_the_server(visit):
    page = visit("/styleguide", who="ada", theme="light")
    page.get_by_title("Ada Lindqvist").click()
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 17, 21)"


def test_without_a_choice_the_colours_follow_the_system_without_any_script(
    live_server, new_context
):
    page = new_context(color_scheme="dark", java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/styleguide/errors/404")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 17, 21)"


def test_j_and_k_walk_the_rows_and_move_the_focus(visit):
    page = visit("/styleguide", who="ada")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Priya Raman"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "Mei Tanaka"


def test_a_chart_draws_the_numbers_of_its_table(visit):
    page = visit("/styleguide", who="ada")
    chart = "Chart.getChart(document.querySelector('canvas'))"
    page.wait_for_function(f"window.Chart && {chart}")  # drawn after the page has loaded
    assert page.evaluate(f"{chart}.data.datasets[0].data") == [12, 31, 9, 8, 6]


POLLING = '<p id="job" hx-get="/job" hx-trigger="poll" hx-swap="outerHTML" data-poll="20">{}</p>'


def swap_in(page, answers):
    """Have htmx bring these answers into the page, one per request."""
    left = iter(answers)
    page.route("**/job", lambda route: route.fulfill(**{"content_type": "text/html", **next(left)}))
    page.evaluate("htmx.ajax('GET', '/job', {target: '#main', swap: 'innerHTML'})")


def test_polling_goes_on_until_the_answer_is_final(visit):
    page = visit("/styleguide", who="ada")
    bodies = [POLLING.format("1 page"), POLLING.format("2 pages"), "<p id='job'>Complete</p>"]
    swap_in(page, [{"body": body} for body in bodies])
    page.get_by_text("Complete", exact=True).wait_for()


@pytest.mark.in_full
def test_polling_survives_an_answer_that_failed(visit):
    visit.expect_error("(?i)status .*503")
    page = visit("/styleguide", who="ada")
    swap_in(
        page,
        [{"body": POLLING.format("1 page")}, {"status": 503}, {"body": "<p id='job'>Complete</p>"}],
    )
    page.get_by_text("Complete", exact=True).wait_for()
    assert page.get_by_role("alert").count() == 0


@pytest.mark.in_full
def test_polling_rests_while_nobody_looks(visit):
    page = visit("/styleguide", who="ada")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    swap_in(page, [{"body": POLLING.format("1 page")}, {"body": "<p id='job'>Complete</p>"}])
    page.get_by_text("1 page").wait_for()
    page.wait_for_timeout(200)
    assert page.get_by_text("1 page").is_visible()
    page.evaluate("Object.defineProperty(document, 'hidden', {value: false})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("Complete", exact=True).wait_for()


def test_a_refused_fragment_becomes_a_message_that_stays(visit):
    visit.expect_error("(?i)status .*409")
    page = visit("/styleguide", who="ada")
    refusal = "<div><b data-message>Reload &lt;the&gt; page.</b></div>"
    swap_in(page, [{"status": 409, "body": refusal}])
    page.get_by_role("alert").get_by_text("Reload <the> page.").wait_for()
    page.get_by_role("alert").get_by_role("button", name="Dismiss").click()
    assert page.locator("#toasts > *").count() == 0


def test_a_swap_that_replaces_the_focused_element_gives_its_successor_the_focus(visit):
    page = visit("/styleguide", who="ada")
    body = '<button id="decide" hx-get="/job" hx-swap="outerHTML">{}</button>'
    swap_in(page, [{"body": body.format("Keep")}, {"body": body.format("Kept")}])
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("button", name="Kept").wait_for()
    page.wait_for_function("document.activeElement.textContent === 'Kept'")


def test_the_inspection_objects_to_a_planted_fault(visit):
    page = visit("/styleguide", who="ada")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        visit.inspect(page)


def test_a_visit_hears_of_a_violation_of_the_policy(visit):
    page = visit("/styleguide", who="ada")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    page.wait_for_timeout(100)
    heard = "\n".join(visit.problems)
    visit.problems.clear()
    assert "policy violated: style-src-attr" in heard
    assert "policy violated: script-src-elem" in heard
