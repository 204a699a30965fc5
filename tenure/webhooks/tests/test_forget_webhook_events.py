from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.webhooks.models import WebhookDelivery, WebhookEvent
from tenure.webhooks.operations.forget_webhook_events import forget_webhook_events
from tenure.webhooks.tasks import forget_old_webhook_events
from tenure.webhooks.tests.conftest import happen

pytestmark = pytest.mark.django_db


def test_events_are_kept_for_thirty_days_and_sequences_go_on(added):
    added()
    (old,) = happen()
    WebhookEvent.objects.update(at=now() - timedelta(days=30, seconds=1))
    happen()
    assert forget_webhook_events(actor=actor_of("ada")) == 1
    assert forget_webhook_events(actor=actor_of("ada")) == 0
    assert WebhookDelivery.objects.count() == 1
    (next_one,) = happen("operation.failed", old.subject_ref)
    assert next_one.sequence == 2
    forget_old_webhook_events.func()
    assert WebhookEvent.objects.count() == 2
