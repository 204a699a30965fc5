from __future__ import annotations

from django.apps import AppConfig


class AccessRequestsApp(AppConfig):
    name = "tenure.access_requests"
    label = "access_requests"
