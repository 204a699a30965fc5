from __future__ import annotations

from collections.abc import Mapping

from tenure.lib.shell import NavEntry, PaletteEntry, Panel, SettingsEntry, shell
from tenure.lib.web import ActorRequest


def second_factor_panel(
    request: ActorRequest, _subject: object
) -> tuple[str, Mapping[str, object]] | None:
    """Asks an admin without a second factor to set one up."""
    from tenure.users import queries

    return ("users/_needs_mfa.html", {}) if queries.needs_mfa(actor=request.actor) else None


shell.add(
    NavEntry(
        group="System",
        label="Users",
        icon="user-cog",
        url_name="users:users",
        permission="users.view",
        position=60,
    ),
    NavEntry(
        group="user", label="Sign-in and security", icon="lock", url_name="mfa_index", position=10
    ),
    NavEntry(
        group="user", label="Sessions", icon="devices", url_name="users:sessions", position=20
    ),
    SettingsEntry(
        label="Users and roles",
        icon="user-cog",
        url_name="users:users",
        says="Who may sign in, what they may do, where, and until when.",
        permission="users.view",
        position=10,
    ),
    NavEntry(group="user", label="API tokens", icon="key", url_name="users:tokens", position=30),
    SettingsEntry(
        label="API tokens",
        icon="key",
        url_name="users:tokens",
        says="Secrets by which programs come in as you, each for what its scopes allow.",
        position=70,
    ),
    PaletteEntry(
        label="Invite a user",
        icon="user-plus",
        url_name="users:users",
        keywords="add user invitation permission",
        permission="users.manage",
    ),
    Panel(
        slot="overview.notices",
        render=second_factor_panel,
        permission="settings.manage",
        position=90,
    ),
)
