"""Everything that is sealed under the root key, here and in the slices below.

Each function moves its secrets to the root key in force and counts those it moved. What no root key
here can open stays as it is: the system checks name it, and nothing else depends on it.
"""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from tenure.connections import keyring
from tenure.connections.models import ConnectionKey
from tenure.evidence import keeping
from tenure.evidence.models import EvidenceKey
from tenure.lib.secrets import CannotDecrypt
from tenure.notifications import sealing
from tenure.notifications.models import OutboxMessage, Sealed, Target
from tenure.webhooks.models import WebhookEndpoint

_AUTHENTICATOR_SECRETS = ("secret", "seed")


def reseal_connection_keys(keys: QuerySet[ConnectionKey]) -> int:
    return sum(keyring.rewrap(key, settings.TENURE_ROOT_KEYS) for key in keys)


def reseal_waiting_mail() -> int:
    """Mail that waits to be sent, with the links in it."""
    waiting = OutboxMessage.objects.select_for_update().exclude(ciphertext=None)
    return sum(_reseal(message) for message in waiting)


def reseal_targets(targets: QuerySet[Target]) -> int:
    """Addresses of Slack, Teams and other channels."""
    return sum(_reseal(target) for target in targets)


def reseal_evidence_keys(keys: QuerySet[EvidenceKey]) -> int:
    """Private halves of keys that sign evidence."""
    return sum(keeping.reseal(key) for key in keys)


def reseal_endpoints(endpoints: QuerySet[WebhookEndpoint]) -> int:
    """Secrets by which webhooks are signed."""
    return sum(_reseal(endpoint) for endpoint in endpoints)


def reseal_second_factors() -> int:
    """Secrets of authenticator apps and recovery codes."""
    held = Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN)
    return sum(_reseal_authenticator(authenticator) for authenticator in held)


def _reseal(row: Sealed) -> bool:
    try:
        sealing.rewrap(row)
    except CannotDecrypt:
        return False
    row.save(update_fields=sealing.SEALED)
    return True


def _reseal_authenticator(authenticator: Authenticator) -> bool:
    adapter = get_adapter()
    try:
        for name in _AUTHENTICATOR_SECRETS:
            if sealed := authenticator.data.get(name):
                authenticator.data[name] = adapter.encrypt(adapter.decrypt(sealed))
    except CannotDecrypt:
        return False
    authenticator.save(update_fields=["data"])
    return True
