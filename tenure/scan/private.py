"""An installation that lives in this process's memory and leaves nothing behind."""

from __future__ import annotations

import gc
import os

from tenure.lib.secrets import new_root_key
from tenure.lib.starting import start_django

_OURS = ("TENURE_DATABASE_URL", "TENURE_SECRET_KEY", "TENURE_SECRET_KEY_PREVIOUS")


def begin_private_installation() -> None:
    """Load the framework on a database and a root key that nobody else ever sees.

    To be called once, before anything has read the settings. Whatever this machine has configured
    of an installation of its own is left alone; other settings count.
    """
    for name in _OURS:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    os.environ["TENURE_DATABASE_URL"] = "sqlite://"
    os.environ["TENURE_SECRET_KEY"] = new_root_key()
    try:
        start_django()
    finally:
        del os.environ["TENURE_SECRET_KEY"]
    # A process of seconds makes a million objects and little garbage: looking less often saves a
    # sixth of its time.
    gc.set_threshold(50_000, 20, 20)
    _make_tables()


def _make_tables() -> None:
    """The tables as the models have them: a small part of the time that the migrations take."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import DEFAULT_DB_ALIAS, connection

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
