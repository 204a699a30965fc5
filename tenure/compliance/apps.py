from __future__ import annotations

from django.apps import AppConfig


class ComplianceApp(AppConfig):
    name = "tenure.compliance"
    label = "compliance"
