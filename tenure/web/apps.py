from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule


class WebConfig(AppConfig):
    name = "tenure.web"

    def ready(self) -> None:
        """Import each slice's `shell.py`, where it offers navigation, palette and panels."""
        for app in apps.get_app_configs():
            if app.name.startswith("tenure.") and module_has_submodule(app.module, "shell"):
                import_module(f"{app.name}.shell")
