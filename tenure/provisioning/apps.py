from __future__ import annotations

from django.apps import AppConfig


class ProvisioningApp(AppConfig):
    name = "tenure.provisioning"
    label = "provisioning"
