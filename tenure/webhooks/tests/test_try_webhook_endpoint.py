from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs
from tenure.webhooks.models import WebhookEndpoint
from tenure.webhooks.operations.try_webhook_endpoint import try_webhook_endpoint

pytestmark = pytest.mark.django_db


def test_a_test_event_goes_to_this_one_alone_whatever_it_chose(added, receiver):
    endpoint, _ = added("finding.*")
    added("*", name="Another")
    try_webhook_endpoint(ref=endpoint.ref, actor=actor_of("ada"))
    try_webhook_endpoint(ref=endpoint.ref, actor=actor_of("ada"))
    run_jobs()
    assert [got["type"] for got in receiver.got] == ["webhook.test", "webhook.test"]
    subjects = [got["data"]["subject"] for got in receiver.got]
    assert [subject["sequence"] for subject in subjects] == [1, 2]
    assert {subject["ref"] for subject in subjects} == {str(endpoint.ref)}


def test_one_that_is_off_is_a_conflict(added):
    endpoint, _ = added()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(state="off")
    with pytest.raises(Conflict, match="switch it on"):
        try_webhook_endpoint(ref=endpoint.ref, actor=actor_of("ada"))


def test_only_an_admin_tries(added):
    endpoint, _ = added()
    with pytest.raises(NotAllowed):
        try_webhook_endpoint(ref=endpoint.ref, actor=actor_of("mara"))
