"""`tenure secrets`: the root key and what is sealed under it."""

from __future__ import annotations

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator

app = typer.Typer(help="The root key and what is sealed under it.", no_args_is_help=True)


@app.callback()
def secrets() -> None:
    """A group, so that `tenure secrets rotate` stays two words."""


@app.command()
def rotate() -> None:
    """Seal everything under a new root key. Stop Tenure first; start it again after.

    A generated root key is replaced by a new one. When TENURE_SECRET_KEY is set, set it to the new
    key and TENURE_SECRET_KEY_PREVIOUS to the old one before, and remove the latter after.
    """
    start_django()
    from django.conf import settings

    from tenure.connections.operations.rotate_secrets import rotate_secrets
    from tenure.lib.rootkeyfile import next_root_key, promote_root_key
    from tenure.lib.secrets import RootKeys
    from tenure.supervisor.claims import claim_home

    claim_home(settings.TENURE_HOME)
    generated = settings.TENURE_ROOT_KEY_IS_GENERATED
    if generated:
        coming = next_root_key(settings.TENURE_ROOT_KEY_FILE)
        settings.TENURE_ROOT_KEYS = RootKeys(coming, *settings.TENURE_ROOT_KEYS)
    moved = rotate_secrets(actor=operator())
    if generated:
        promote_root_key(settings.TENURE_ROOT_KEY_FILE)
    root_key = settings.TENURE_ROOT_KEYS.current.id
    last = (
        "Everybody signs in again."
        if generated
        else "Remove TENURE_SECRET_KEY_PREVIOUS and start Tenure."
    )
    emit(
        {"root_key": root_key, "secrets": moved},
        words=f"{moved} secrets are sealed under root key {root_key}. {last}",
    )
