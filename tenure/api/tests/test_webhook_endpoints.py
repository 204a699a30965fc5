"""Programs that are told what happens, and what happened."""

from __future__ import annotations

import pytest
from django.db import transaction

from tenure.lib.ids import uuid7
from tenure.testing.cast import actor_of
from tenure.testing.webhooks import webhook_endpoint
from tenure.webhooks.models import WebhookDelivery
from tenure.webhooks.operations.switch_webhook_endpoint import switch_webhook_endpoint
from tenure.webhooks.publishing import publish

pytestmark = pytest.mark.django_db


def test_endpoints_are_listed_without_secrets_and_tried(program_of):
    endpoint = webhook_endpoint()
    ada, path = program_of("ada"), f"/webhook-endpoints/{endpoint.ref}"
    answer = ada.get("/webhook-endpoints")
    (row,) = answer.document["data"]
    assert (row["name"], row["types"], row["state"]) == ("Ticketing", ["operation.*"], "on")
    assert b"whsec_" not in answer.content
    assert ada.get(path).document == row
    assert ada.post(f"{path}/test", {}).status_code == 200
    assert WebhookDelivery.objects.get().event.type == "webhook.test"
    switch_webhook_endpoint(ref=endpoint.ref, on=False, actor=actor_of("ada"))
    assert ada.post(f"{path}/test", {}).status_code == 409
    assert ada.post("/webhook-endpoints", {}).status_code == 405


def test_events_are_read_in_order_page_by_page(program_of):
    ref, ada = uuid7(), program_of("ada")
    for state in ("planned", "queued", "running"):
        with transaction.atomic():
            publish(f"operation.{state}", "operation", [ref], data={"before": None})
    first = ada.get("/webhook-events", {"limit": 2}).document
    assert [(one["type"], one["sequence"]) for one in first["data"]] == [
        ("operation.planned", 1),
        ("operation.queued", 2),
    ]
    rest = ada.get("/webhook-events", {"limit": 2, "cursor": first["page"]["next"]}).document
    assert [one["type"] for one in rest["data"]] == ["operation.running"]
    chosen = {"type": "operation.queued", "subject": str(ref)}
    assert len(ada.get("/webhook-events", chosen).document["data"]) == 1


@pytest.mark.parametrize("name", ["sid", "aud"])
def test_who_sees_no_settings_reads_neither(program_of, name):
    program = program_of(name)
    assert program.get("/webhook-events").status_code == 403
    assert program.get("/webhook-endpoints").status_code == 403
