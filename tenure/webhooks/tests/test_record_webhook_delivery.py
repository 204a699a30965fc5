"""What becomes of a delivery, and of its endpoint, as attempts go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications import rules as letters
from tenure.notifications.models import OutboxMessage
from tenure.notifications.sealing import unseal
from tenure.webhooks.models import WebhookDelivery
from tenure.webhooks.operations.record_webhook_delivery import record_webhook_delivery
from tenure.webhooks.tests.conftest import happen, only_delivery

pytestmark = pytest.mark.django_db
WORKER = Actor(
    "job", "webhooks", "Tenure", permissions=frozenset({"settings.manage", "users.view"})
)


def record(delivery, status=500):
    reason = "" if status == 204 else f"It answered {status}."
    return record_webhook_delivery(ref=delivery.ref, status=status, reason=reason, actor=WORKER)


def refused_since(delivery, *, days):
    before = now() - timedelta(days=days, seconds=1)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(since=before, due_at=before)


def mails():
    return [
        (message.to, letters.compose(message.kind, unseal(message)).subject)
        for message in OutboxMessage.objects.order_by("to")
    ]


def test_a_refusal_waits_and_is_shown_on_the_endpoint(added):
    added()
    happen()
    delivery = record(only_delivery())
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("waiting", 1, 500)
    assert delivery.due_at > now()
    endpoint = only_delivery().endpoint
    assert (endpoint.state, endpoint.reason) == ("failing", "It answered 500.")
    record(delivery, 204)
    endpoint = only_delivery().endpoint
    assert (endpoint.state, endpoint.reason, endpoint.failing_since) == ("on", "", None)
    assert endpoint.delivered_at is not None
    assert mails() == []


def test_after_two_days_it_is_given_up_and_who_looks_after_it_is_told_once(added):
    added()
    happen()
    happen()
    for delivery in WebhookDelivery.objects.all():
        refused_since(delivery, days=2)
        record(delivery)
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"given_up"}
    assert mails() == [("ada@halden.example", "Ticketing does not take what it is sent")]
    assert AuditEvent.objects.filter(verb="webhook_endpoint.failed").count() == 2


def test_an_endpoint_that_fails_for_five_days_is_switched_off_and_that_is_told(added):
    endpoint, _ = added()
    happen()
    endpoint.state, endpoint.told_at = "failing", now()
    endpoint.failing_since = now() - timedelta(days=5)
    endpoint.save(update_fields=["state", "told_at", "failing_since"])
    refused_since(only_delivery(), days=2)
    record(only_delivery())
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.reason) == ("off", "It answered 500.")
    assert len(mails()) == 1


def test_an_endpoint_that_says_it_is_gone_is_switched_off_at_once(added):
    added()
    happen()
    delivery = record(only_delivery(), 410)
    assert delivery.state == "given_up"
    assert only_delivery().endpoint.state == "off"
    assert len(mails()) == 1
