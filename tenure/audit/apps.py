from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditApp(AppConfig):
    name = "tenure.audit"
    label = "audit"

    def ready(self) -> None:
        from tenure.audit import checks  # noqa: F401 - registers the system check
        from tenure.audit.arriving import put_away_before_migrate, put_up_after_migrate
        from tenure.audit.guards import install_after_migrate

        # Sent once per app after every migrate, whichever app migrated: ours is enough.
        post_migrate.connect(install_after_migrate, sender=self)
        post_migrate.connect(put_up_after_migrate, sender=self)
        pre_migrate.connect(put_away_before_migrate, sender=self)
