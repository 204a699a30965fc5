"""What this slice offers to the shell."""

from __future__ import annotations

from tenure.lib.shell import PaletteEntry, SettingsEntry, shell

shell.add(
    SettingsEntry(
        label="Webhooks",
        icon="webhook",
        url_name="webhooks:endpoints",
        says="Programs of yours that are told what happens, as it happens.",
        permission="settings.manage",
        position=32,
    ),
    PaletteEntry(
        label="Webhooks",
        icon="webhook",
        url_name="webhooks:endpoints",
        keywords="webhook endpoint event delivery signature secret",
        permission="settings.manage",
    ),
)
