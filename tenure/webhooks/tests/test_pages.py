from __future__ import annotations

import pytest

from tenure.testing.jobs import run_jobs
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint
from tenure.webhooks.tests.conftest import happen, only_delivery

pytestmark = pytest.mark.django_db
PAGE = "/settings/webhooks"


def test_an_admin_adds_one_and_sees_its_secret_once(client_of, receiver):
    client = client_of("ada")
    assert "No program is told anything yet" in client.get(PAGE).content.decode()
    typed = {"name": "Ticketing", "url": receiver.url, "types": ["operation.*"]}
    answer = client.post(f"{PAGE}/new", typed)
    assert answer.status_code == 200
    assert "whsec_" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    endpoint = WebhookEndpoint.objects.get()
    for page in (PAGE, f"{PAGE}/{endpoint.ref}"):
        body = client.get(page).content.decode()
        assert "Ticketing" in body
        assert "operation.*" in body
        assert "whsec_" not in body


def test_what_is_refused_is_told_at_its_field(client_of):
    typed = {"name": "Ticketing", "url": "https://10.0.0.8/", "types": ["operation.*"]}
    answer = client_of("ada").post(f"{PAGE}/new", typed)
    assert answer.status_code == 422
    assert "not on the public internet" in answer.content.decode()
    assert client_of("ada").post(f"{PAGE}/new", {"name": " "}).status_code == 422
    assert not WebhookEndpoint.objects.exists()


def test_deliveries_are_shown_with_why_they_fail_and_sent_again(client_of, added, receiver):
    client, (endpoint, _) = client_of("ada"), added()
    page = f"{PAGE}/{endpoint.ref}"
    assert "Nothing was sent yet" in client.get(page).content.decode()
    receiver.answers = [500, 204]
    happen()
    run_jobs()
    body = client.get(page).content.decode()
    assert "It answered 500." in body
    assert "operation.failed" in body
    assert "1 attempt." in body
    answer = client.post(f"{PAGE}/deliveries/{only_delivery().ref}/retry")
    assert answer["Location"] == page
    run_jobs()
    assert "Delivered" in client.get(page).content.decode()


def test_it_is_tried_switched_and_removed(client_of, added, receiver):
    client, (endpoint, _) = client_of("ada"), added("finding.*")
    page = f"{PAGE}/{endpoint.ref}"
    assert client.post(f"{page}/test").status_code == 302
    run_jobs()
    assert receiver.got[0]["type"] == "webhook.test"
    assert client.post(f"{page}/switch", {"to": "off"}).status_code == 302
    assert "Nothing is sent to this endpoint" in client.get(page).content.decode()
    assert client.post(f"{page}/switch", {"to": "on"}).status_code == 302
    assert client.post(f"{page}/remove").status_code == 302
    assert not WebhookDelivery.objects.exists()
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("name", ["mara", "sid", "aud", "hugo"])
def test_nobody_else_comes_here(client_of, added, name):
    endpoint, _ = added()
    client = client_of(name)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}/{endpoint.ref}/remove").status_code == 403
    assert WebhookEndpoint.objects.exists()
