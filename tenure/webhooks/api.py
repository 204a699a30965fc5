from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest
from tenure.webhooks import queries
from tenure.webhooks.operations.try_webhook_endpoint import try_webhook_endpoint as try_out
from tenure.webhooks.schemas import (
    WebhookEndpointOut,
    WebhookEndpointPage,
    WebhookEventOut,
    WebhookEventPage,
    WebhookEventsQuery,
)

endpoints = Endpoints("Webhooks")


@endpoints.reads(
    "/webhook-endpoints",
    scope="settings:read",
    permission="settings.view",
    answers=WebhookEndpointPage,
)
def webhook_endpoints(request: ActorRequest) -> WebhookEndpointPage:
    """List the programs that are told what happens.

    They are changed where somebody proves who they are: on the page, or at the command line.
    """
    return WebhookEndpointPage.whole(queries.endpoints(actor=request.actor))


@endpoints.reads(
    "/webhook-endpoints/{uuid:ref}",
    scope="settings:read",
    permission="settings.view",
    answers=WebhookEndpointOut,
)
def webhook_endpoint(request: ActorRequest, ref: UUID) -> WebhookEndpointOut:
    """Show one of them."""
    return WebhookEndpointOut.of(queries.endpoint_by_ref(ref, actor=request.actor))


@endpoints.changes(
    "/webhook-endpoints/{uuid:ref}/test",
    scope="settings:write",
    permission="settings.manage",
    answers=WebhookEndpointOut,
)
def try_webhook_endpoint(request: ActorRequest, ref: UUID) -> WebhookEndpointOut:
    """Send a test event."""
    try_out(ref=ref, actor=request.actor)
    return WebhookEndpointOut.of(queries.endpoint_by_ref(ref, actor=request.actor))


@endpoints.reads(
    "/webhook-events",
    scope="settings:read",
    permission="settings.view",
    answers=WebhookEventPage,
)
def webhook_events(request: ActorRequest, asked: Query[WebhookEventsQuery]) -> WebhookEventPage:
    """List what happened in the last thirty days, the oldest first.

    A program that missed something reads it here: of each subject, the sequence has no gap.
    """
    page = queries.event_page(
        event_type=asked.type,
        subject=asked.subject,
        cursor=asked.cursor,
        limit=asked.limit,
        actor=request.actor,
    )
    return WebhookEventPage.of(page.each(WebhookEventOut.of))
