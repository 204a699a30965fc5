"""Loading the framework when a command turns out to need it."""

from __future__ import annotations

import os


def start_django() -> None:
    """Load the settings and the parts, once."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    if not apps.ready:
        django.setup()
