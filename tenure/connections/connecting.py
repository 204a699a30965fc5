"""Speaking to a provider: judging credentials before they are stored, opening a connector after.

Judging makes live requests and takes seconds, so it never happens inside a transaction: whoever
stores a key judges first and hands the result to the operation. A `Judged` is made nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Literal

import msgspec
from django.conf import settings

from tenure.connections import keyring
from tenure.connections.errors import ProviderRefused
from tenure.connections.models import Connection
from tenure.connectors.base import Connector, Credentials, Pacer, Refusal, Validation
from tenure.connectors.changing import Changing
from tenure.connectors.registry import connectors
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict, Invalid, NotFound

# Surfaces take Credentials and Validation from here: they hold no connector themselves.
__all__ = [
    "Credentials",
    "Judged",
    "Validation",
    "judge",
    "judge_stored",
    "open_connector",
    "organization_id",
]

_ASLEEP = (Connection.State.PAUSED, Connection.State.DISCONNECTED)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Credentials, and what live reads showed of them. Nothing that prints it shows a key."""

    kind: str
    credentials: Credentials
    everyday: Validation
    removal: Validation | None = None

    @property
    def needs_confirmation(self) -> bool:
        """A key that cannot do everything is shown before it is stored."""
        return not self.everyday.is_full

    def __repr__(self) -> str:
        return f"Judged({self.kind}, {self.credentials!r})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("kind", self.kind), ("credentials", self.credentials)]


def judge(*, kind: str, credentials: Credentials, actor: Actor, connection: str = "") -> Judged:
    """Find out by live reads what the keys can do; nothing is stored.

    Raises Invalid for what was typed, ProviderRefused for what the provider said; both name the
    field to mend when it is one. `connection` is the ref of the one the keys are meant for.
    """
    actor.require("connections.manage", connection=connection or None)
    everyday = _validate(kind, credentials)
    removal = None
    if credentials.removal_key:
        second = msgspec.structs.replace(
            credentials, api_key=credentials.removal_key, removal_key=None
        )
        removal = _validate(kind, second, key_field="removal_key")
    return Judged(kind=kind, credentials=credentials, everyday=everyday, removal=removal)


def judge_stored(connection: Connection, *, actor: Actor) -> Judged:
    """Judge the keys that a connection already holds."""
    credentials = keyring.credentials(connection, keyring.Purpose.EVERYDAY)
    if keyring.has_key(connection, keyring.Purpose.REMOVAL):
        removal_key = keyring.open_key(connection, keyring.Purpose.REMOVAL)
        credentials = msgspec.structs.replace(credentials, removal_key=removal_key)
    return judge(
        kind=connection.kind, credentials=credentials, actor=actor, connection=str(connection.ref)
    )


def organization_id(*, kind: str, credentials: Credentials, actor: Actor) -> str:
    """Which organization a key is of when nobody named it; raises as `judge` does."""
    actor.require("connections.manage")
    with _told(), closing(_connector(kind, credentials)) as connector:
        return connector.organization_id()


def open_connector(connection: Connection, *, pacer: Pacer | None = None) -> Connector:
    """A connector that reads with the everyday key, at the pacer's pace. Close it after use.

    Conflict when the connection is paused or disconnected, or its key cannot be opened.
    """
    if connection.state in _ASLEEP:
        raise Conflict(
            f"{connection.name} is {connection.state}; "
            + ("resume" if connection.state == Connection.State.PAUSED else "connect")
            + " it first."
        )
    credentials = keyring.credentials(connection, keyring.Purpose.EVERYDAY)
    return _connector(connection.kind, credentials, pacer=pacer)


class CannotChange(Conflict):
    """Nothing may be changed through this connection: it is `asleep`, or removal is `off`."""

    def __init__(self, message: str, *, why: Literal["asleep", "off"]) -> None:
        super().__init__(message)
        self.why = why


def check_may_change(connection: Connection, *, only_reads: bool = False) -> None:
    """CannotChange while the connection is asleep, or removal is off and is needed; and through
    files."""
    name = connection.name
    if connection.state in _ASLEEP:
        what = "Resume" if connection.state == Connection.State.PAUSED else "Connect"
        raise CannotChange(f"{name} is {connection.state}. {what} it first.", why="asleep")
    if connection.is_uploaded:
        raise CannotChange(
            f"{name} is read from files that people upload, so Tenure changes nothing there; do it"
            " by hand, then upload a newer file.",
            why="off",
        )
    if not (only_reads or connection.removal_is_on):
        raise CannotChange(
            f"Removal is off for {name}, so Tenure changes nothing there. Turn it on in the "
            "connection's settings and try again, or do it by hand.",
            why="off",
        )


def open_changing_connector(connection: Connection, *, only_reads: bool = False) -> Changing:
    """A connector that changes with the removal key, or with the everyday key if that may write.

    With `only_reads` it rehearses: removal need not be on, and any key will do. Close it after use.
    Raises CannotChange; the connection and its keys are read anew.
    """
    connection.refresh_from_db()
    check_may_change(connection, only_reads=only_reads)
    purpose = keyring.Purpose.REMOVAL
    if not keyring.has_key(connection, purpose):
        purpose = keyring.Purpose.EVERYDAY
    try:
        credentials = keyring.credentials(connection, purpose)
    except Conflict as refusal:
        raise CannotChange(str(refusal), why="asleep") from None
    connector = _connector(connection.kind, credentials)
    assert isinstance(connector, Changing)  # noqa: S101 - every connector of ours is
    return connector


def _connector(kind: str, credentials: Credentials, *, pacer: Pacer | None = None) -> Connector:
    if (connector := connectors().get(kind)) is None:
        known = ", ".join(sorted(connectors()))
        raise NotFound(f"Tenure has no connector called {kind}; it has: {known}.")
    return connector(credentials, allow_hosts=settings.TENURE_PROVIDER_HOSTS_ALLOW, pacer=pacer)


def _validate(kind: str, credentials: Credentials, *, key_field: str = "api_key") -> Validation:
    with _told(key_field), closing(_connector(kind, credentials)) as connector:
        return connector.validate()


@contextmanager
def _told(key_field: str = "api_key") -> Iterator[None]:
    """A connector's refusal becomes ours, about the key of that field."""
    try:
        yield
    except Refusal as refusal:
        field = key_field if refusal.field == "api_key" else refusal.field
        told = str(refusal) if key_field == "api_key" else f"About the removal key: {refusal}"
        if refusal.kind == "bad_input":
            raise Invalid(told, field=field) from None
        raise ProviderRefused(told, reason=refusal.kind, field=field) from None
