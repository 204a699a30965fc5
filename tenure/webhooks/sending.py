"""Handing one event to one endpoint: signed, to a permitted host, without following redirects."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2
import msgspec
from django.conf import settings

from tenure.lib.clock import now, rfc3339
from tenure.lib.outbound import NotReached
from tenure.lib.outbound_client import PermittedTransport
from tenure.lib.secrets import CannotDecrypt
from tenure.notifications.sealing import unseal_text
from tenure.webhooks import rules
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent

_TIMEOUT = 10.0  # seconds for connecting, and for each read
_LONGEST = 15.0  # seconds for the whole answer
_LARGEST = 1_048_576  # bytes of an answer, of which nothing is kept


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt: a status where there was one; a reason where it was not taken."""

    status: int | None
    reason: str = ""


def attempt(delivery: WebhookDelivery) -> Answer:
    """Send it once."""
    try:
        secret = unseal_text(delivery.endpoint)
    except CannotDecrypt:
        return Answer(None, "Its secret was sealed under a root key that is not here.")
    body, at = body_of(delivery.event), int(now().timestamp())
    ref = str(delivery.event.ref)
    headers = {
        "content-type": "application/json",
        "user-agent": "Tenure",
        "webhook-id": ref,
        "webhook-timestamp": str(at),
        "webhook-signature": rules.signature(secret, ref=ref, at=at, body=body),
    }
    try:
        return _post(delivery.endpoint, body, headers)
    except NotReached as failed:
        return Answer(None, str(failed)[:200])


def body_of(event: WebhookEvent) -> bytes:
    """What is sent, the same bytes each time."""
    subject = {"kind": event.subject_kind, "ref": event.subject_ref, "sequence": event.sequence}
    data = {"subject": subject, "connection": event.connection_ref, **event.data}
    return msgspec.json.encode({"type": event.type, "timestamp": rfc3339(event.at), "data": data})


def _post(endpoint: WebhookEndpoint, body: bytes, headers: dict[str, str]) -> Answer:
    network = PermittedTransport(
        allow=settings.TENURE_PROVIDER_HOSTS_ALLOW,
        longest=_LONGEST,
        largest=_LARGEST,
        connections=1,
    )
    with httpx2.Client(transport=network, timeout=_TIMEOUT, trust_env=False) as client:
        answer = client.post(endpoint.url, content=body, headers=headers, follow_redirects=False)
    if answer.is_success:
        return Answer(answer.status_code)
    if answer.is_redirect:
        return Answer(answer.status_code, "It redirects; write the address where it leads to.")
    return Answer(answer.status_code, f"It answered {answer.status_code}.")
