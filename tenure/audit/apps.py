from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditApp(AppConfig):
    name = "tenure.audit"
    label = "audit"

    def ready(self) -> None:
        from tenure.audit import checks  # noqa: F401 - registers the system check
        from tenure.audit.guards import install_after_migrate

        # Sent once per app after every migrate, whichever app migrated: ours is enough.
        post_migrate.connect(install_after_migrate, sender=self)
