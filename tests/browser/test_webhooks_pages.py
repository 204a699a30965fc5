from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tenure.lib.clock import now
from tenure.lib.ids import uuid7
from tenure.testing.cast import actor_of, user_of
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint
from tenure.webhooks.operations.add_webhook_endpoint import add_webhook_endpoint
from tenure.webhooks.publishing import publish
from tests.browser.conftest import LOOKS

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/settings/webhooks"


@pytest.fixture
def endpoints() -> list[WebhookEndpoint]:
    """One that delivers, one that fails, one that is off, none of them tried by a worker."""
    user_of("ada")
    made = [
        add_webhook_endpoint(
            name=name,
            url=f"https://hooks.halden.example/{name.lower().replace(' ', '-')}",
            types_wanted=types,
            actor=actor_of("ada"),
        )[0]
        for name, types in {
            "Ticketing": ["operation.*", "finding.*", "offboarding.*"],
            "Log archive of the security team": ["*"],
            "Old script": ["connection.failing"],
        }.items()
    ]
    for event_type in ("operation.planned", "operation.failed", "operation.verified"):
        with transaction.atomic():
            publish(event_type, "operation", [uuid7()])
    sent = list(WebhookDelivery.objects.filter(endpoint=made[1]).order_by("id"))
    refused = {"attempts": 3, "last_status": 503, "last_reason": "It answered 503."}
    for delivery, fields in zip(
        sent,
        (
            {"state": "delivered", "attempts": 1, "last_status": 204},
            {"state": "given_up", **refused, "attempts": 9},
            {**refused, "due_at": now() + timedelta(hours=2)},
        ),
        strict=True,
    ):
        WebhookDelivery.objects.filter(pk=delivery.pk).update(**fields)
    here = WebhookEndpoint.objects
    here.filter(pk=made[0].pk).update(delivered_at=now())
    here.filter(pk=made[1].pk).update(
        state="failing", failing_since=now(), reason="It answered 503."
    )
    here.filter(pk=made[2].pk).update(state="off", reason="It answered that it is gone.")
    return made


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page(visit, look, endpoints):
    for path in [PAGE, f"{PAGE}/new", *(f"{PAGE}/{one.ref}" for one in endpoints[1:])]:
        visit.inspect(visit(path, who="ada", **look))


@pytest.mark.in_full
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_empty_page(visit, look):
    visit.inspect(visit(PAGE, who="ada", **look))


def test_one_is_added_and_its_secret_is_shown_once(visit):
    page = visit(f"{PAGE}/new", who="ada")
    page.get_by_label("Name").fill("Ticketing")
    page.get_by_label("Address").fill("https://hooks.halden.example/tenure")
    page.get_by_role("button", name="Add endpoint").press("Enter")
    page.get_by_text("Keep the secret now").wait_for()
    assert "whsec_" in page.content()
    visit.inspect(page)
    page.get_by_role("link", name="I have kept it").click()
    page.get_by_text("Nothing was sent yet").wait_for()
    assert "whsec_" not in page.content()


def test_removing_one_is_asked_for_once_more(visit, endpoints):
    page = visit(f"{PAGE}/{endpoints[0].ref}", who="ada")
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Remove the endpoint").click()
    page.get_by_text("Ticketing is removed, with its secret").wait_for()
    assert WebhookEndpoint.objects.count() == 2
