from __future__ import annotations

from django.apps import AppConfig


class OffboardingApp(AppConfig):
    name = "tenure.offboarding"
    label = "offboarding"
