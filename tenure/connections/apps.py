from __future__ import annotations

from django.apps import AppConfig


class ConnectionsApp(AppConfig):
    name = "tenure.connections"
    label = "connections"

    def ready(self) -> None:
        from tenure.connections import checks  # noqa: F401 - registers the system checks
