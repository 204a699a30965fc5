from __future__ import annotations

from django.apps import AppConfig


class InventoryApp(AppConfig):
    name = "tenure.inventory"
    label = "inventory"
