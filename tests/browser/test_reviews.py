"""Access reviews: each page in every look, and three hundred items decided by keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.reviews.models import ReviewSubmission
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.open_campaign import open_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.settings_of import Settings
from tenure.reviews.tests.conftest import (
    company,
    decide_all,
    draft,
    item_of,
    items_of,
    opened,
    settings_for,
    staged,
    who,
)
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import make_account, make_connection, make_person

__all__ = ["decide_all", "draft", "opened", "settings_for", "staged", "who"]
MANY = 300
SAVED = "() => document.querySelector('#saved').textContent === 'Saved'"


@pytest.fixture
def halden(live_server):
    """What other tests begin with; here it is committed, for the server reads it, too."""
    return company()


def test_before_anything_is_reviewed(live_server, visit, look):
    visit.inspect(visit("/reviews", who="mara", **look), "reviews-empty")


def test_putting_a_review_together(halden, visit, look):
    page = visit("/reviews/new", who="mara", **look)
    page.get_by_label("Title").fill("Q4 access review")
    page.locator("#estimate dt", has_text="Keys").wait_for()
    page.get_by_role("checkbox", name="Keys", exact=True).uncheck()
    page.locator("#estimate dt", has_text="Keys").wait_for(state="detached")
    visit.inspect(page, "review-builder")
    page.get_by_label("Due at the end of").fill(f"{now() + timedelta(days=14):%Y-%m-%d}")
    page.get_by_role("button", name="Draft the review").click()
    page.get_by_role("heading", name="How fresh the data is").wait_for()
    visit.inspect(page, "review-draft")


def test_a_staged_review(staged, visit, look):
    campaign = staged()
    visit.inspect(visit(f"/reviews/{campaign.ref}", who="mara", **look), "review-staged")


def test_the_items_of_a_review(opened, who, visit, look):
    campaign = opened()
    item = item_of(campaign, thing_name="hugo-batch")
    decide_review_item(ref=item.ref, decision="remove", reason="Not used", actor=who("rita"))
    page = visit(f"/reviews/{campaign.ref}/items", who="rita", **look)
    visit.inspect(page, "review-items")
    page = visit(f"/reviews/items/{item.ref}", who="rita", **look)
    visit.inspect(page, "review-item")
    visit.inspect(visit("/reviews", who="rita", **look), "reviews")


def test_results(opened, decide_all, who, visit, look):
    campaign = opened()
    visit.inspect(visit(f"/reviews/{campaign.ref}", who="mara", **look), "review-running")
    decide_all(campaign, remove=[item_of(campaign, thing_name="hugo-batch")])
    close_campaign(ref=campaign.ref, actor=who("mara"))
    visit.inspect(visit(f"/reviews/{campaign.ref}", who="mara", **look), "review-results")


@pytest.fixture
def many(live_server):
    """Three hundred accounts for Rita to look at, every twelfth an owner and so flagged."""
    rita = user_of("rita")
    make_person(rita.name, email=rita.email, user=rita)
    connection = make_connection(name="OpenAI", owner=user_of("sid"))
    for number in range(MANY):
        make_account(connection, person=make_person(), external_id=f"user-{number:03}")
    owners = Account.objects.order_by("pk").values_list("pk", flat=True)[:MANY:12]
    Account.objects.filter(pk__in=list(owners)).update(role="owner")
    settings = Settings(
        title="Q4 access review",
        connections=[connection.ref],
        due_at=now() + timedelta(days=14),
        rule="named",
        named=rita.email,
    )
    campaign = create_campaign(settings=settings, actor=actor_of("mara"))
    stage_campaign(ref=campaign.ref, override_reason="A test", actor=actor_of("mara"))
    return open_campaign(ref=campaign.ref, actor=actor_of("mara"))


class Keys:
    """Presses keys, and counts them."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def __call__(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def test_three_hundred_items_by_keyboard_alone(many, visit):
    page = visit(f"/reviews/{many.ref}/items", who="rita")
    keys = Keys(page)
    for number in range(MANY):
        row = page.locator("tr.is-cursor[data-decision=pending]")
        row.wait_for(timeout=60_000)  # a page is turned once all of it is saved
        if row.get_attribute("data-flagged") is not None:
            keys("a", "1")  # owners stay, for a usual reason
        elif number % 10 == 3:
            keys("r", "3")
        else:
            keys("a")
    page.wait_for_function(SAVED)
    decided = items_of(many)
    assert decided.filter(decision="pending").count() == 0
    assert decided.filter(decision="remove", reason="Not used").exists()
    assert not decided.filter(is_flagged=True, reason="").exists()
    assert keys.pressed / MANY <= 2.2
    page.reload()
    page.get_by_role("link", name="Submit").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=f"Submit {MANY} decisions").click()
    page.get_by_text("your decisions are sealed").wait_for()
    assert ReviewSubmission.objects.get().counts["keep"] == decided.filter(decision="keep").count()


def test_undo_select_and_a_second_window(many, visit):
    page = visit(f"/reviews/{many.ref}/items?show=unflagged", who="rita")
    page.keyboard.press("a")
    page.keyboard.press("u")
    page.wait_for_function(SAVED)
    assert not items_of(many).exclude(decision="pending").exists()
    for key in "xxxa":
        page.keyboard.press(key)
    page.wait_for_function(SAVED)
    assert items_of(many).filter(decision="keep").count() == 3
    item = items_of(many).filter(is_flagged=False, decision="pending").first()
    rita = actor_of("rita", person_id=str(item.reviewer.ref))
    decide_review_item(ref=item.ref, decision="keep", actor=rita)
    visit.expect_error("422")
    row = page.locator(f"#item-{item.ref}")
    row.locator("label.is-remove").click()
    page.get_by_label("Why it goes").fill("Left long ago")
    page.keyboard.press("Enter")
    page.get_by_text("Somebody decided this item since you opened the page").wait_for()
    assert row.get_attribute("data-decision") == "keep"
    assert page.get_by_label("Why it goes").input_value() == "Left long ago"
    page.keyboard.press("Enter")
    page.wait_for_function(SAVED)
    item.refresh_from_db()
    assert (item.decision, item.reason) == ("remove", "Left long ago")
