"""What pages and the command line say about endpoints and deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint


@dataclass(frozen=True, slots=True)
class Line:
    """One endpoint or delivery, with how its state is drawn."""

    row: WebhookEndpoint | WebhookDelivery
    tone: str
    icon: str
    word: str


def endpoint_line(endpoint: WebhookEndpoint) -> Line:
    if endpoint.state == WebhookEndpoint.State.OFF:
        return Line(endpoint, "", "player-pause", "Off")
    if endpoint.state == WebhookEndpoint.State.FAILING:
        return Line(endpoint, "amber", "alert-triangle", "Failing")
    if endpoint.delivered_at is None:
        return Line(endpoint, "", "circle-dashed", "Nothing delivered yet")
    return Line(endpoint, "", "check", "Delivered")


def endpoint_lines(endpoints: Iterable[WebhookEndpoint]) -> list[Line]:
    return [endpoint_line(one) for one in endpoints]


def delivery_line(delivery: WebhookDelivery) -> Line:
    if delivery.state == WebhookDelivery.State.DELIVERED:
        return Line(delivery, "", "check", "Delivered")
    if delivery.state == WebhookDelivery.State.GIVEN_UP:
        return Line(delivery, "red", "x", "Given up")
    if delivery.attempts:
        return Line(delivery, "amber", "refresh", "To be tried again")
    return Line(delivery, "", "clock", "Waits")


def delivery_lines(deliveries: Iterable[WebhookDelivery]) -> list[Line]:
    return [delivery_line(one) for one in deliveries]
