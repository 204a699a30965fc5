from __future__ import annotations

from django.apps import AppConfig


class InventoryApp(AppConfig):
    name = "tenure.inventory"
    label = "inventory"

    def ready(self) -> None:
        from tenure.inventory.moving import move_links
        from tenure.people.merging import on_merge

        on_merge(move_links)
