"""What a connection's page says at its top: what is so, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from tenure.connections import wording
from tenure.connections.models import Connection, ConnectionKey
from tenure.lib.text import quantity

State = Connection.State
Everyday = ConnectionKey.Purpose.EVERYDAY

# What another key mends; anything else passes, or is mended outside of Tenure.
_OF_THE_KEY = (
    "invalid_key",
    "missing_scope",
    "not_an_admin_key",
    "not_a_member",
    "wrong_organization",
)


@dataclass(frozen=True, slots=True)
class Notice:
    """`url` is the button's, for those who may manage; with `posts` it does it at once."""

    tone: str
    icon: str
    title: str
    sentence: str
    url: str
    button: str
    posts: bool = False


def notices(connection: Connection, keys: Sequence[ConnectionKey], *, at: datetime) -> list[Notice]:
    """The most serious first: failing, key expired, degraded, the last reads failed, key expiring,
    owner gone, paused, key limited. A disconnected connection has only that to say.

    `keys` are those whose end the reader may know of.
    """
    if connection.state == State.DISCONNECTED:
        return [_disconnected(connection)]
    ends = [one for key in keys if (one := _of_key(connection, key, at))]
    return [
        *_failing(connection),
        *(one for one in ends if one.tone == "red"),
        *_degraded(connection),
        *_struck(connection),
        *(one for one in ends if one.tone != "red"),
        *_owner(connection),
        *_paused(connection),
        *(_limited(connection) if keys else ()),
    ]


def _failing(connection: Connection) -> Iterator[Notice]:
    if connection.state != State.FAILING:
        return
    title, said = "Nothing can be read", connection.state_reason
    if connection.failure_kind in _OF_THE_KEY:
        replace = _page(connection, "key")
        yield Notice("red", "alert-circle", title, said, replace, "Replace key")
    else:
        yield _checked_again(connection, "red", "alert-circle", title, said)


def _degraded(connection: Connection) -> Iterator[Notice]:
    if connection.state != State.DEGRADED:
        return
    title, said = "Part of it cannot be read", connection.state_reason
    if connection.judged and not connection.judged.is_full:
        upgrade = _page(connection, "key")
        yield Notice("amber", "alert-triangle", title, said, upgrade, "Upgrade key")
    else:
        yield _checked_again(connection, "amber", "alert-triangle", title, said)


def _struck(connection: Connection) -> Iterator[Notice]:
    if connection.strikes and connection.state != State.FAILING:
        minutes = int(connection.retry_after.total_seconds() // 60)
        which = "read" if connection.strikes == 1 else f"{connection.strikes} reads"
        said = f"Tenure tries again within {quantity(minutes, 'minute')}; the newest run says why."
        yield _checked_again(connection, "amber", "refresh", f"The last {which} failed", said)


def _of_key(connection: Connection, key: ConnectionKey, at: datetime) -> Notice | None:
    if (state := wording.expiry_state(key, at=at)) is None:
        return None
    page = "key" if key.purpose == Everyday else "removal-key"
    button = "Replace key" if key.purpose == Everyday else "Replace removal key"
    said = f"{wording.KEY_ENDS[key.purpose]} Make a new one at the provider and store it here."
    return Notice(state.tone, state.icon, state.word, said, _page(connection, page), button)


def _owner(connection: Connection) -> Iterator[Notice]:
    if connection.owner_is_gone:
        yield Notice(
            "amber",
            "user-off",
            "Its owner has left; choose another",
            f"{connection.owner} is asked when it needs a person, and cannot answer any more.",
            _page(connection, "settings"),
            "Choose an owner",
        )


def _paused(connection: Connection) -> Iterator[Notice]:
    if connection.state == State.PAUSED:
        by = connection.paused_by
        yield Notice(
            "amber",
            "player-pause",
            f"Paused by {by}" if by else "Paused from the command line",
            "Nothing is read, and its data grows old, until it is resumed.",
            _page(connection, "resume"),
            "Resume",
            posts=True,
        )


def _limited(connection: Connection) -> Iterator[Notice]:
    judged = connection.judged
    # What is degraded or failing says so itself, in the words of the reading.
    is_told = connection.state in (State.DEGRADED, State.FAILING)
    if judged and not judged.is_full and not is_told:
        said = "Replace it by an admin key that can read everything; history and links stay."
        upgrade = _page(connection, "key")
        yield Notice("amber", "key", wording.headline(judged), said, upgrade, "Upgrade key")


def _disconnected(connection: Connection) -> Notice:
    if connection.is_uploaded:
        named = urlencode({"name": connection.name})
        return Notice(
            "",
            "plug-off",
            "Disconnected: its history is kept",
            f"Uploading a file of {connection.name} continues this connection.",
            f"{reverse('connections:upload-new')}?{named}",
            "Connect again",
        )
    typed = urlencode({"organization_id": connection.organization_id})
    return Notice(
        "",
        "plug-off",
        "Disconnected: its keys are wiped, its history is kept",
        f"Connecting {connection.organization_id} again continues this connection.",
        f"{reverse('connections:connect', args=[connection.kind])}?{typed}",
        "Connect again",
    )


def _checked_again(connection: Connection, tone: str, icon: str, title: str, said: str) -> Notice:
    if connection.is_uploaded:
        newer = _page(connection, "upload")
        return Notice(tone, icon, title, said, newer, "Upload a newer file")
    check = _page(connection, "validate")
    return Notice(tone, icon, title, said, check, "Check again", posts=True)


def _page(connection: Connection, name: str) -> str:
    return reverse(f"connections:{name}", args=[connection.ref])
