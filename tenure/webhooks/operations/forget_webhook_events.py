from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.webhooks import queries, rules
from tenure.webhooks.models import WebhookDelivery, WebhookEvent

_AT_A_TIME = 5_000


@transaction.atomic
def forget_webhook_events(*, actor: Actor) -> int:
    """Let go of events older than thirty days; how many. Sequences go on where they were.

    One call lets go of a bounded number: call it until it returns 0.
    """
    old = queries.events_before(now() - rules.KEPT, actor=actor)
    keys = list(old.values_list("pk", flat=True)[:_AT_A_TIME])
    WebhookDelivery.objects.filter(event__in=keys).delete()
    WebhookEvent.objects.filter(pk__in=keys).delete()
    if keys:
        about = audit.Subject("webhook_event", "all")
        audit.record("webhook_event.forgotten", actor=actor, subject=about, events=len(keys))
    return len(keys)
