from __future__ import annotations

import pytest

from tenure.lib.clock import now
from tenure.notifications.calling import check
from tenure.notifications.models import Target
from tenure.notifications.operations.add_target import add_target
from tenure.testing.cast import actor_of, user_of
from tests.browser.conftest import LOOKS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def targets() -> list[Target]:
    """One that works, one that does not, one never tried."""
    user_of("ada")
    told = {
        "#access-governance in Slack": ("ntfys://halden-access", ["leaver_with_access"]),
        "On-call": ("mmosts://chat.halden.example/3ccdd113474722377935511fc85d3dd4", []),
        "Audit room": ("jsons://hooks.halden.example/a", ["finding_overdue", "key_expired"]),
    }
    made = [
        add_target(name=name, checked=check(url), topics=topics, actor=actor_of("ada"))
        for name, (url, topics) in told.items()
    ]
    Target.objects.filter(pk=made[0].pk).update(delivered_at=now())
    said = "the service answered 404; check whether the address is still valid there"
    Target.objects.filter(pk=made[2].pk).update(failed_at=now(), last_error=said)
    return made


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page(visit, look, targets):
    pages = ["/settings/notifications", "/settings/targets", "/settings/targets/new"]
    for path in [*pages, f"/settings/targets/{targets[0].ref}"]:
        visit.inspect(visit(path, who="ada", **look))


@pytest.mark.in_full
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_empty_pages(visit, look):
    visit.inspect(visit("/settings/targets", who="ada", **look))
    visit.inspect(visit("/settings/notifications", who="hugo", **look))


def test_one_chooses_by_keyboard(visit):
    page = visit("/settings/notifications", who="sid")
    page.get_by_label("A connection fails").select_option("Daily digest")
    page.get_by_label("Time zone").select_option("Europe/Oslo")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Saved; it holds for what happens from now on").wait_for()
    assert page.get_by_label("A connection fails").input_value() == "daily"
    assert page.get_by_label("Time zone").input_value() == "Europe/Oslo"


def test_removing_a_target_is_asked_for_once_more(visit, targets):
    page = visit(f"/settings/targets/{targets[1].ref}", who="ada")
    page.get_by_role("button", name="Remove this target").click()
    page.get_by_role("button", name="Wipe its address and remove").click()
    page.get_by_text("On-call is removed").wait_for()
    assert Target.objects.filter(removed_at=None).count() == 2
