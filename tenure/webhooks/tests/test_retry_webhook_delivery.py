from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, NotAllowed, NotFound
from tenure.lib.ids import uuid7
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint
from tenure.webhooks.operations.retry_webhook_delivery import retry_webhook_delivery
from tenure.webhooks.tests.conftest import happen, only_delivery

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["given_up", "waiting", "delivered"])
def test_it_is_sent_again_now(added, receiver, state):
    added()
    happen()
    WebhookDelivery.objects.update(state=state, attempts=9)
    retry_webhook_delivery(ref=only_delivery().ref, actor=actor_of("ada"))
    run_jobs()
    assert len(receiver.got) == 1
    assert (only_delivery().state, only_delivery().attempts) == ("delivered", 1)


def test_there_is_nothing_to_retry_while_off_or_when_it_was_let_go(added):
    added()
    happen()
    WebhookEndpoint.objects.update(state="off")
    with pytest.raises(Conflict, match="switch it on"):
        retry_webhook_delivery(ref=only_delivery().ref, actor=actor_of("ada"))
    with pytest.raises(NotFound):
        retry_webhook_delivery(ref=uuid7(), actor=actor_of("ada"))
    with pytest.raises(NotAllowed):
        retry_webhook_delivery(ref=only_delivery().ref, actor=actor_of("mara"))
