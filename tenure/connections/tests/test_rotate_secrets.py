from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from tenure.audit.models import AuditEvent
from tenure.connections import keyring
from tenure.connections.models import ConnectionKey
from tenure.connections.operations.rotate_secrets import rotate_secrets
from tenure.lib.errors import Conflict, NotAllowed
from tenure.lib.secrets import RootKey, RootKeys, new_root_key
from tenure.notifications.sealing import unseal_text
from tenure.testing.cast import actor_of, user_of
from tenure.webhooks.operations.add_webhook_endpoint import add_webhook_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def rotated(settings) -> RootKey:
    """A new root key in force; the one before still opens."""
    coming = RootKey(new_root_key())
    settings.TENURE_ROOT_KEYS = RootKeys(coming, *settings.TENURE_ROOT_KEYS)
    return coming


def test_afterwards_the_new_root_key_alone_opens_everything(connection, openai, rotated, settings):
    before = bytes(ConnectionKey.objects.get().ciphertext)
    assert rotate_secrets(actor=actor_of("ada")) == 1
    settings.TENURE_ROOT_KEYS = RootKeys(rotated)
    assert keyring.open_key(connection, keyring.Purpose.EVERYDAY) == openai.admin_key
    key = ConnectionKey.objects.get()
    assert key.key_id == rotated.id
    assert bytes(key.ciphertext) == before
    assert AuditEvent.objects.get(verb="root_key.rotated").detail["secrets"] == 1


def test_authenticator_apps_go_on_working(settings, request):
    totp = TOTP.activate(user_of("ada"), "JBSWY3DPEHPK3PXP")
    rotated = request.getfixturevalue("rotated")
    rotate_secrets(actor=actor_of("ada"))
    settings.TENURE_ROOT_KEYS = RootKeys(rotated)
    kept = Authenticator.objects.get(pk=totp.instance.pk)
    from allauth.mfa.adapter import get_adapter

    assert get_adapter().decrypt(kept.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_a_key_that_nothing_opens_is_left_and_the_rest_is_moved(connection, rotated):
    ConnectionKey.objects.update(key_id="somewhere")
    assert rotate_secrets(actor=actor_of("ada")) == 0
    with pytest.raises(Conflict, match="another root key"):
        keyring.open_key(connection, keyring.Purpose.EVERYDAY)


def test_webhooks_go_on_being_signed(settings, request):
    endpoint, secret = add_webhook_endpoint(
        name="Ticketing",
        url="https://hooks.halden.example/tenure",
        types_wanted=["*"],
        actor=actor_of("ada"),
    )
    rotated = request.getfixturevalue("rotated")
    assert rotate_secrets(actor=actor_of("ada")) == 1
    settings.TENURE_ROOT_KEYS = RootKeys(rotated)
    endpoint.refresh_from_db()
    assert unseal_text(endpoint) == secret


def test_only_an_admin_rotates(connection):
    with pytest.raises(NotAllowed):
        rotate_secrets(actor=actor_of("mara"))
