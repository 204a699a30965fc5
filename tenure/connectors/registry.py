"""The one list of connectors. A package adds its own by the entry point `tenure.connectors`."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from tenure.connectors.base import Connector, Description
from tenure.connectors.file.connector import FileConnector
from tenure.connectors.openai.connector import OpenAIConnector

_OURS: dict[str, type[Connector]] = {
    "openai": OpenAIConnector,
    "file": FileConnector,
}


@cache
def connectors() -> dict[str, type[Connector]]:
    """Connector classes by kind, ours first."""
    found = dict(_OURS)
    for entry in entry_points(group="tenure.connectors"):
        found.setdefault(entry.name, entry.load())
    return found


def catalogue() -> list[Description]:
    """What can be connected, in the order of the titles."""
    return sorted((c.description for c in connectors().values()), key=lambda d: d.title)
