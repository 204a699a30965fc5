"""What this slice offers to the shell."""

from __future__ import annotations

from tenure.lib.shell import NavEntry, PaletteEntry, SettingsEntry, shell

shell.add(
    NavEntry(
        group="user",
        label="Notifications",
        icon="bell",
        url_name="notifications:preferences",
        position=30,
    ),
    SettingsEntry(
        label="Your notifications",
        icon="bell",
        url_name="notifications:preferences",
        says="What you are told of by mail: at once, in a daily digest, or not at all.",
        position=30,
    ),
    SettingsEntry(
        label="Notification targets",
        icon="send",
        url_name="notifications:targets",
        says="Slack, Teams and other channels that are told what happens.",
        permission="settings.manage",
        position=31,
    ),
    PaletteEntry(
        label="Your notifications",
        icon="bell",
        url_name="notifications:preferences",
        keywords="mail e-mail digest preferences subscribe alert",
    ),
    PaletteEntry(
        label="Notification targets",
        icon="send",
        url_name="notifications:targets",
        keywords="slack teams discord ntfy apprise webhook channel",
        permission="settings.manage",
    ),
)
