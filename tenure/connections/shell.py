"""What this slice offers to the shell."""

from __future__ import annotations

from tenure.connections.budget_panel import waiting_panel
from tenure.lib.shell import NavEntry, PaletteEntry, Panel, shell

shell.add(
    Panel("connection.runs", waiting_panel, "connections.view", position=60),
    NavEntry(
        group="System",
        label="Connections",
        icon="plug",
        url_name="connections:index",
        permission="connections.view",
        position=10,
    ),
    PaletteEntry(
        label="Add connection",
        icon="plug",
        url_name="connections:add",
        keywords="connect openai chatgpt ai integration organization key catalogue",
        permission="connections.manage",
    ),
)
