"""A program that is told what happens, for tests in which it is one thing among others."""

from __future__ import annotations

from tenure.testing.cast import actor_of
from tenure.webhooks.models import WebhookEndpoint
from tenure.webhooks.operations.add_webhook_endpoint import add_webhook_endpoint


def webhook_endpoint(name: str = "Ticketing") -> WebhookEndpoint:
    endpoint, _ = add_webhook_endpoint(
        name=name,
        url="https://hooks.halden.example/tenure",
        types_wanted=["operation.*"],
        actor=actor_of("ada"),
    )
    return endpoint
