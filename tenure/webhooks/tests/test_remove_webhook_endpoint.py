from __future__ import annotations

import pytest

from tenure.lib.errors import NotAllowed, NotFound
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from tenure.webhooks.operations.remove_webhook_endpoint import remove_webhook_endpoint
from tenure.webhooks.tests.conftest import happen

pytestmark = pytest.mark.django_db


def test_its_secret_and_deliveries_are_gone_and_events_stay(added, receiver):
    endpoint, _ = added()
    happen()
    assert remove_webhook_endpoint(ref=endpoint.ref, actor=actor_of("ada")) == "Ticketing"
    assert not WebhookEndpoint.objects.exists()
    assert not WebhookDelivery.objects.exists()
    assert WebhookEvent.objects.count() == 1
    run_jobs()
    assert receiver.got == []
    with pytest.raises(NotFound):
        remove_webhook_endpoint(ref=endpoint.ref, actor=actor_of("ada"))


def test_only_an_admin_removes(added):
    endpoint, _ = added()
    with pytest.raises(NotAllowed):
        remove_webhook_endpoint(ref=endpoint.ref, actor=actor_of("mara"))
