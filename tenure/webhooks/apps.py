from __future__ import annotations

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "tenure.webhooks"

    def ready(self) -> None:
        from tenure.webhooks import tasks  # noqa: F401 - the worker must know them
