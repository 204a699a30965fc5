from __future__ import annotations

from tenure.inventory.tests.conftest import _organization, connection, openai, sync

__all__ = ["_organization", "connection", "openai", "sync"]
