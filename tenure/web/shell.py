from __future__ import annotations

from tenure.lib.shell import NavEntry, shell

shell.add(
    NavEntry(label="Overview", icon="layout-dashboard", url_name="web:overview", position=0),
    NavEntry(
        group="System",
        label="Settings",
        icon="settings",
        url_name="web:settings",
        permission="settings.view",
        position=90,
    ),
)
