"""What is said of a provider's log: how far it is read, or what is lost without it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tenure.connections.models import Connection
from tenure.connectors.registry import connectors
from tenure.inventory import queries
from tenure.inventory.access_wording import interval
from tenure.inventory.event_wording import as_entry
from tenure.inventory.models import ProviderLog
from tenure.lib.actor import Actor

State = ProviderLog.State
_SHOWN = 8
_WITHOUT = (
    "Without it nobody can tell who gave or took access, exactly when between two reads, or who "
    "signed in when."
)
# For the history of one account.
NO_AUTHORS = {
    State.OFF: "Who did what is not known: the provider's audit log is off.",
    State.NO_SCOPE: "Who did what is not known: our key may not read the provider's audit log.",
}


class LogSaid(NamedTuple):
    """The log of one connection in words. `url` is where an owner switches it on, if it is off."""

    tone: str
    icon: str
    word: str
    sentence: str
    url: str = ""


def said_of_log(log: Any, *, kind: str) -> LogSaid:  # noqa: ANN401 - a log with its gap
    """`log` as queries.log_of finds it, or None; `kind` is the connector's."""
    if log is None or log.state == State.UNKNOWN:
        reason = log.reason if log is not None else ""
        return LogSaid("", "clock", "Not read yet", reason or "It is asked within a minute.")
    if log.state == State.OFF:
        return LogSaid(
            "amber",
            "eye-off",
            "Off",
            f"{_WITHOUT} An owner of the organization can switch it on; it cannot be switched off "
            "again, and tells nothing of the time before. Asked for again with each sync.",
            _where_to_switch_it_on(kind),
        )
    if log.state == State.NO_SCOPE:
        sentence = f"{_WITHOUT} {log.reason}".strip()
        return LogSaid("amber", "lock", "Not for this key", sentence)
    until = f"Read until {log.read_until:%H:%M} UTC" if log.read_until else "Being read"
    sentence = f"{until}, about every minute."
    if log.gap_since is not None:
        sentence += f" Not yet read: {interval(log.gap_since, log.gap_until)}."
    if log.reason:
        return LogSaid("amber", "alert-triangle", "On", f"{sentence} {log.reason}")
    return LogSaid("", "check", "On", sentence)


def log_context(connection: Connection, *, actor: Actor) -> dict[str, Any]:
    """Context of what a connection's page says of its log. Two queries."""
    log = queries.log_of(connection, actor=actor)
    newest = queries.newest_events(connection, actor=actor)[:_SHOWN]
    return {
        "said": said_of_log(log, kind=connection.kind),
        "newest": [as_entry(event, says_whom=True) for event in newest],
    }


def _where_to_switch_it_on(kind: str) -> str:
    found = connectors().get(kind)
    return found.description.audit_log_page if found else ""
