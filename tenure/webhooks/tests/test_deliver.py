"""From the event to a program: signed, at least once, and nowhere it was not to go."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import threading
import uuid

import pytest
from django.db import connection

from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs
from tenure.webhooks import queries, sending
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint
from tenure.webhooks.tasks import deliver_webhooks
from tenure.webhooks.tests.conftest import each_minute, happen, only_delivery

pytestmark = pytest.mark.django_db


def due_again() -> None:
    WebhookDelivery.objects.update(since=now(), due_at=now())


def test_an_event_arrives_signed_with_refs_and_states(added, receiver):
    _, secret = added("operation.*")
    (event,) = happen("operation.failed", state="failed")
    assert run_jobs() >= 1
    (got,), (headers,), (body,) = receiver.got, receiver.headers, receiver.bodies
    assert got["type"] == "operation.failed"
    assert got["data"] == {
        "subject": {"kind": "operation", "ref": str(event.subject_ref), "sequence": 1},
        "connection": None,
        "state": "failed",
    }
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert uuid.UUID(headers["webhook-id"]) == event.ref
    assert headers["content-type"] == "application/json"
    delivery = only_delivery()
    assert (delivery.state, delivery.last_status, delivery.attempts) == ("delivered", 204, 1)
    assert run_jobs() == 0


def test_what_is_refused_comes_again_the_same_until_it_is_taken(added, receiver):
    added()
    receiver.answers = [500, 200]
    happen()
    run_jobs()
    delivery = only_delivery()
    assert (delivery.state, delivery.last_reason) == ("waiting", "It answered 500.")
    each_minute()
    assert len(receiver.got) == 1
    due_again()
    each_minute()
    run_jobs()
    assert receiver.bodies[0] == receiver.bodies[1]
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]
    assert (only_delivery().state, only_delivery().endpoint.state) == ("delivered", "on")


def test_redirects_are_not_followed(added, receiver):
    added()
    receiver.answers, receiver.location = [302], receiver.url.replace("/tenure", "/elsewhere")
    happen()
    run_jobs()
    assert len(receiver.got) == 1
    assert (only_delivery().state, only_delivery().last_status) == ("waiting", 302)
    assert only_delivery().last_reason.startswith("It redirects")


def test_an_answer_that_never_ends_is_cut(added, receiver, monkeypatch):
    added()
    monkeypatch.setattr(sending, "_LONGEST", 0.2)
    receiver.answers, receiver.trickles = [200], 0.05
    happen()
    run_jobs()
    assert only_delivery().state == "waiting"
    assert "did not answer in time" in only_delivery().last_reason


def test_nothing_that_answers_is_kept_as_a_reason(added, receiver):
    endpoint, _ = added()
    receiver_port = receiver.port
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url=f"http://127.0.0.1:{_free_port()}/")
    happen()
    run_jobs()
    assert only_delivery().last_status is None
    assert "No connection to 127.0.0.1" in only_delivery().last_reason
    assert str(receiver_port) not in only_delivery().last_reason


def test_a_host_that_may_no_longer_be_called_is_not(added, receiver, settings):
    added()
    settings.TENURE_PROVIDER_HOSTS_ALLOW = []
    happen()
    run_jobs()
    assert receiver.got == []
    assert only_delivery().state == "waiting"


def test_after_three_refusals_in_a_row_the_rest_waits(added, receiver):
    added()
    receiver.answers = [503]
    for _ in range(5):
        happen()
    (endpoint,) = queries.endpoints_with_due(at=now(), actor=actor_of("ada"))
    deliver_webhooks.func(to=endpoint, of="test")
    assert len(receiver.got) == 3


def test_events_come_in_the_order_in_which_they_were_written(added, receiver):
    added()
    ref = happen("operation.planned")[0].subject_ref
    happen("operation.queued", ref)
    happen("operation.running", ref)
    run_jobs()
    assert [got["data"]["subject"]["sequence"] for got in receiver.got] == [1, 2, 3]


def test_an_endpoint_that_is_off_is_sent_nothing(added, receiver):
    endpoint, _ = added()
    happen()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(state="off")
    happen()
    each_minute()
    run_jobs()
    assert receiver.got == []
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_note_each_attempt(added, receiver):
    added()
    for _ in range(6):
        happen()
    broken, barrier = [], threading.Barrier(2)

    def work() -> None:
        try:
            barrier.wait()
            run_jobs()
        except Exception as error:  # noqa: BLE001 - told by the test
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert len(receiver.got) == 6
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
