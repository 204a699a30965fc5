"""What this slice offers to the shell."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.connections import queries, wording
from tenure.connections.budget_panel import waiting_panel
from tenure.lib.shell import NavEntry, PaletteEntry, Panel, shell
from tenure.lib.web import ActorRequest


def troubles(request: ActorRequest, _subject: object) -> tuple[str, Mapping[str, object]] | None:
    """On Overview, above the answer: which connections it may be too old for."""
    found = list(queries.connections_in_trouble(actor=request.actor))
    shown = [(one, wording.CONNECTION_STATES[one.state]) for one in found]
    return ("connections/_troubles.html", {"troubles": shown}) if shown else None


shell.add(
    Panel(slot="overview.answer", render=troubles, permission="connections.view", position=10),
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
