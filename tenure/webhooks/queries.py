"""Reading endpoints, events and deliveries: for whoever sees all settings, and for the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.paging import Page, Sort, page
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent

_OLDEST_FIRST, _RECENT = Sort("written", ()), 50
_NONE = "There is no such webhook endpoint; it may have been removed."


def endpoints(*, actor: Actor) -> QuerySet[WebhookEndpoint]:
    """By name."""
    seen = WebhookEndpoint.objects.order_by("name")
    return seen if _sees(actor) else seen.none()


def endpoint_by_ref(ref: UUID | str, *, actor: Actor) -> WebhookEndpoint:
    if found := endpoints(actor=actor).filter(ref=ref).select_related("owner").first():
        return found
    raise NotFound(_NONE)


def endpoint_to_change(ref: UUID | str, *, actor: Actor) -> WebhookEndpoint:
    """Locked until the transaction ends."""
    if found := endpoints(actor=actor).filter(ref=ref).select_for_update().first():
        return found
    raise NotFound(_NONE)


def endpoint_names(*, actor: Actor) -> list[str]:
    return list(endpoints(actor=actor).values_list("name", flat=True))


def event_page(
    *, actor: Actor, event_type: str = "", subject: UUID | None = None, cursor: str, limit: int
) -> Page[WebhookEvent]:
    """Events in the order in which they were written, the oldest first."""
    found = WebhookEvent.objects.all() if _sees(actor) else WebhookEvent.objects.none()
    filters: Mapping[str, object] = {"type": event_type, "subject": str(subject or "")}
    if event_type:
        found = found.filter(type=event_type)
    if subject:
        found = found.filter(subject_ref=subject)
    return page(found, sort=_OLDEST_FIRST, cursor=cursor, filters=filters, limit=limit)


def recent_deliveries(endpoint: WebhookEndpoint, *, actor: Actor) -> list[WebhookDelivery]:
    """The last fifty, the newest first."""
    found = _deliveries(actor).filter(endpoint=endpoint).select_related("event")
    return list(found.order_by("-pk")[:_RECENT])


def delivery_to_change(ref: UUID | str, *, actor: Actor) -> WebhookDelivery:
    found = _deliveries(actor).filter(ref=ref).select_related("event")
    if delivery := found.select_for_update(of=("self",)).first():
        return delivery
    raise NotFound("There is no such delivery; its event may have been let go.")


def next_due(endpoint_id: int, *, at: datetime, actor: Actor) -> WebhookDelivery | None:
    """What waits longest for an endpoint that is not off."""
    due = _deliveries(actor).filter(
        endpoint=endpoint_id, state=WebhookDelivery.State.WAITING, due_at__lte=at
    )
    here = due.exclude(endpoint__state=WebhookEndpoint.State.OFF)
    return here.select_related("endpoint", "event").order_by("due_at", "pk").first()


def endpoints_with_due(*, at: datetime, actor: Actor) -> list[int]:
    """Ids of the endpoints for which something is due."""
    live = endpoints(actor=actor).exclude(state=WebhookEndpoint.State.OFF)
    due = _deliveries(actor).filter(state=WebhookDelivery.State.WAITING, due_at__lte=at)
    return list(live.filter(pk__in=due.values("endpoint")).values_list("pk", flat=True))


def events_before(at: datetime, *, actor: Actor) -> QuerySet[WebhookEvent]:
    found = WebhookEvent.objects.filter(at__lt=at).order_by("at")
    return found if _sees(actor) else found.none()


def sealed_endpoints(*, actor: Actor) -> QuerySet[WebhookEndpoint]:
    """All of them, locked: each holds a secret."""
    actor.require("settings.manage")
    return WebhookEndpoint.objects.select_for_update().order_by("pk")


def _deliveries(actor: Actor) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.all() if _sees(actor) else WebhookDelivery.objects.none()


def _sees(actor: Actor) -> bool:
    return actor.may("settings.view") or actor.may("settings.manage")
