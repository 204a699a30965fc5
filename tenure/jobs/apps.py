from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "tenure.jobs"

    def ready(self) -> None:
        """Know every task: a worker has to run it, and any process may enqueue what follows."""
        autodiscover_modules("tasks")
