from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "tenure.notifications"

    def ready(self) -> None:
        from tenure.notifications import tasks  # noqa: F401 - the worker must know them
