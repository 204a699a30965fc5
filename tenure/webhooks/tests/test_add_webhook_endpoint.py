from __future__ import annotations

import base64

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Invalid, NotAllowed
from tenure.notifications.sealing import unseal_text
from tenure.testing.cast import actor_of, user_of
from tenure.webhooks.models import WebhookEndpoint
from tenure.webhooks.operations.add_webhook_endpoint import add_webhook_endpoint

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Ticketing",
    "url": "https://hooks.halden.example/tenure",
    "types_wanted": ["operation.*", "finding.opened"],
}


def test_the_secret_is_given_once_and_kept_sealed():
    user_of("ada")
    endpoint, secret = add_webhook_endpoint(**GIVEN, actor=actor_of("ada"))
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    kept = WebhookEndpoint.objects.get(ref=endpoint.ref)
    assert secret.encode() not in bytes(kept.ciphertext)
    assert unseal_text(kept) == secret
    assert kept.owner.email == "ada@halden.example"
    event = AuditEvent.objects.get(verb="webhook_endpoint.added")
    assert event.detail["types"] == ["operation.*", "finding.opened"]
    texts = " ".join(event.texts.values_list("text", flat=True))
    assert secret not in texts + str(event.detail)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://hooks.halden.example/tenure"},
        {"url": "https://10.0.0.8/tenure"},
        {"url": "https://169.254.169.254/latest"},
        {"url": "https://ada:pass@hooks.halden.example/"},
        {"url": "https://hooks.halden.example/" + "a" * 500},
        {"url": "not a url"},
        {"types_wanted": []},
        {"types_wanted": ["operation.sang"]},
        {"name": ""},
    ],
)
def test_an_address_that_may_not_be_called_and_other_nonsense_is_refused(wrong):
    with pytest.raises(Invalid):
        add_webhook_endpoint(**{**GIVEN, **wrong}, actor=actor_of("ada"))
    assert not WebhookEndpoint.objects.exists()


def test_a_name_is_given_once():
    add_webhook_endpoint(**GIVEN, actor=actor_of("ada"))
    with pytest.raises(Invalid, match="already"):
        add_webhook_endpoint(**GIVEN, actor=actor_of("ada"))


@pytest.mark.parametrize("name", ["mara", "sid", "aud"])
def test_only_an_admin_adds_one(name):
    with pytest.raises(NotAllowed):
        add_webhook_endpoint(**GIVEN, actor=actor_of(name))
