from __future__ import annotations

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "tenure.config"
    label = "config"

    def ready(self) -> None:
        from tenure.config import checks  # noqa: F401 - registers the system checks
