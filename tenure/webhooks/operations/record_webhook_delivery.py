from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications.operations.tell import tell
from tenure.notifications.topics import Event
from tenure.users import queries as users
from tenure.webhooks import queries, rules
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint

State, EndpointState = WebhookDelivery.State, WebhookEndpoint.State


@transaction.atomic
def record_webhook_delivery(
    *, ref: UUID, status: int | None, reason: str, actor: Actor
) -> WebhookDelivery:
    """Note how one attempt went; without a reason it was taken. Who looks after the endpoint is
    told once when something is given up, and when it is switched off.
    """
    delivery = queries.delivery_to_change(ref, actor=actor)
    endpoint = queries.endpoint_to_change(delivery.endpoint.ref, actor=actor)
    delivery.attempts += 1
    delivery.attempted_at, delivery.last_status, delivery.last_reason = now(), status, reason[:200]
    if not reason:
        delivery.state = State.DELIVERED
        _works(endpoint)
    else:
        due_at = rules.next_attempt(delivery.attempts, since=delivery.since, at=now())
        if due_at is None or status == rules.GONE:
            delivery.state = State.GIVEN_UP
        else:
            delivery.due_at = due_at
        _fails(endpoint, status, reason)
    delivery.save(
        update_fields=[
            *("state", "attempts", "attempted_at", "last_status", "last_reason", "due_at"),
        ]
    )
    if delivery.state == State.GIVEN_UP:
        _tell(endpoint, delivery, actor=actor)
    return delivery


def _works(endpoint: WebhookEndpoint) -> None:
    endpoint.delivered_at, endpoint.failing_since, endpoint.told_at = now(), None, None
    if endpoint.state == EndpointState.FAILING:
        endpoint.state, endpoint.reason = EndpointState.ON, ""
    endpoint.save(update_fields=["state", "reason", "delivered_at", "failing_since", "told_at"])


def _fails(endpoint: WebhookEndpoint, status: int | None, reason: str) -> None:
    """Off when its program says that it is gone, or when nothing came through for days."""
    if endpoint.state == EndpointState.OFF:
        return
    endpoint.failing_since = endpoint.failing_since or now()
    endpoint.state, endpoint.reason = EndpointState.FAILING, reason[:200]
    if status == rules.GONE:
        endpoint.state, endpoint.reason = EndpointState.OFF, "It answered that it is gone."
    elif now() - endpoint.failing_since >= rules.OFF_AFTER:
        endpoint.state = EndpointState.OFF
    endpoint.save(update_fields=["state", "reason", "failing_since"])


def _tell(endpoint: WebhookEndpoint, delivery: WebhookDelivery, *, actor: Actor) -> None:
    is_off = endpoint.state == EndpointState.OFF
    audit.record(
        "webhook_endpoint.failed",
        actor=actor,
        subject=endpoint,
        text={"name": endpoint.name},
        type=delivery.event.type,
        attempts=delivery.attempts,
        after=endpoint.state,
    )
    if endpoint.told_at is not None and not is_off:
        return
    endpoint.told_at = now()
    endpoint.save(update_fields=["told_at"])
    told = [user for user in users.users(actor=actor) if user.is_active]
    to = [u.email for u in told if u.is_admin or u.pk == endpoint.owner_id]  # type: ignore[attr-defined] # an annotation
    page = reverse("webhooks:endpoint", args=[endpoint.ref])
    now_what = (
        "It is switched off: nothing is sent until somebody switches it on."
        if is_off
        else "Tenure goes on sending what happens, and switches the endpoint off after five days."
    )
    fields = {"name": endpoint.name, "reason": endpoint.reason, "what": now_what}
    event = Event(to=to, fields=fields, url=f"{settings.TENURE_PUBLIC_URL}{page}")
    tell(topic="webhook_failing", events=[event], actor=actor)
