from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.outbound import check_url
from tenure.notifications import sealing
from tenure.users.queries import acting_user
from tenure.webhooks import queries, rules, types
from tenure.webhooks.models import WebhookEndpoint


@transaction.atomic
def add_webhook_endpoint(
    *, name: str, url: str, types_wanted: Sequence[str], actor: Actor
) -> tuple[WebhookEndpoint, str]:
    """Tell a program of these types of events from now on; the endpoint, and the secret by which
    it knows us. The secret is sealed and never shown again.
    """
    actor.require("settings.manage")
    endpoint = WebhookEndpoint(
        name=rules.check_name(name, taken=queries.endpoint_names(actor=actor)),
        url=rules.check_length(check_url(url, allow=settings.TENURE_PROVIDER_HOSTS_ALLOW)),
        types=rules.check_types(types_wanted, known=types.declared()),
        owner=acting_user(actor=actor),
    )
    secret = rules.secret_of(secrets.token_bytes(rules.SECRET_BYTES))
    sealing.seal_text(endpoint, secret)
    endpoint.save(force_insert=True)
    audit.record(
        "webhook_endpoint.added",
        actor=actor,
        subject=endpoint,
        text={"name": endpoint.name},
        types=endpoint.types,
    )
    return endpoint, secret
