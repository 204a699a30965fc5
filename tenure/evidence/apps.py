from __future__ import annotations

from django.apps import AppConfig


class EvidenceApp(AppConfig):
    name = "tenure.evidence"
    label = "evidence"
