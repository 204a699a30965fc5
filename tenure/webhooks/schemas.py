from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.lib.endpoints import Given, Instant, NextPage, PageOf
from tenure.webhooks.models import WebhookEndpoint, WebhookEvent


class WebhookEndpointOut(Schema):
    """A program that is told what happens. Its secret is in no answer."""

    ref: str
    name: str
    url: str
    types: list[str]
    state: str
    reason: str
    delivered_at: Instant | None
    failing_since: Instant | None

    @classmethod
    def of(cls, endpoint: WebhookEndpoint) -> Self:
        return cls(
            ref=str(endpoint.ref),
            name=endpoint.name,
            url=endpoint.url,
            types=endpoint.types,
            state=endpoint.state,
            reason=endpoint.reason,
            delivered_at=endpoint.delivered_at,
            failing_since=endpoint.failing_since,
        )


class WebhookEndpointPage(PageOf[WebhookEndpointOut]):
    @classmethod
    def whole(cls, endpoints: Iterable[WebhookEndpoint]) -> Self:
        """All of them: they are few."""
        return cls(data=[WebhookEndpointOut.of(one) for one in endpoints], page=NextPage(next=None))


class WebhookEventsQuery(Given):
    type: str = Field("", max_length=48, description="Such as operation.failed.")
    subject: UUID | None = Field(None, description="The ref of what it is about.")
    cursor: str = Field("", max_length=1000, description="page.next of the page before.")
    limit: int = Field(50, ge=1, le=500, description="How many rows at most.")


class WebhookEventOut(Schema):
    """Something that happened. `ref` is the webhook-id of its deliveries."""

    ref: str
    type: str
    at: Instant
    subject_kind: str
    subject_ref: str
    sequence: int
    connection: str | None
    data: dict[str, Any]

    @classmethod
    def of(cls, event: WebhookEvent) -> Self:
        return cls(
            ref=str(event.ref),
            type=event.type,
            at=event.at,
            subject_kind=event.subject_kind,
            subject_ref=str(event.subject_ref),
            sequence=event.sequence,
            connection=str(event.connection_ref) if event.connection_ref else None,
            data=event.data,
        )


class WebhookEventPage(PageOf[WebhookEventOut]):
    pass
