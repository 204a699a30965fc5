"""Why somebody should look at a key, or at a rule that needs none. Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SOON = timedelta(days=14)
UNUSED = timedelta(days=90)
OLD, VERY_OLD = timedelta(days=90), timedelta(days=180)

State = Literal["active", "off", "expired", "gone", "unread"]
Flag = Literal[
    "leaver", "orphaned", "owner_gone", "nobody", "unowned", "expiring", "unused", "180", "90"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What the flags of a key follow from. None: nobody has said.

    `is_unowned` is a service account's key for which no person answers. A rule has no secret that
    could become old.
    """

    state: State
    owner_is_known: bool
    owner_is_gone: bool = False
    owner_is_leaver: bool = False
    owner_has_access: bool | None = None
    is_unowned: bool = False
    has_secret: bool = True
    created_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


def state(
    *,
    ended_at: datetime | None,
    expires_at: datetime | None,
    is_read: bool,
    at: datetime,
    is_enabled: bool | None = None,
) -> State:
    """ended   connection   switched   expires            -> state

    yes     any          any        any                  gone
    no      not read     any        any                  unread: what became of it is not told
    no      read         off        any                  off
    no      read         on, or     by now               expired
                         unknown    later, or unknown    active
    """
    if ended_at is not None:
        return "gone"
    if not is_read:
        return "unread"
    if is_enabled is False:
        return "off"
    return "expired" if expires_at is not None and expires_at <= at else "active"


def flags(key: Key, *, at: datetime) -> tuple[Flag, ...]:
    """Why somebody should look at a key, the most urgent first; of one that works no more, nothing.

    owner belongs to somebody who may not hold access   leaver
    owner no longer reaches the project                 orphaned
    owner's account is gone                             owner_gone
    no list has the owner                               nobody
    a service account for which nobody answers          unowned
    expires within 14 days                              expiring
    last used 90 days ago or earlier                    unused; unknown use is no reason
    made 180 (90) days ago or earlier, and has a value  180 (90)
    """
    if key.state != "active":
        return ()
    made_at = key.created_at if key.has_secret else None
    reasons: tuple[tuple[bool, Flag], ...] = (
        (key.owner_is_leaver, "leaver"),
        (key.owner_has_access is False, "orphaned"),
        (key.owner_is_gone, "owner_gone"),
        (not key.owner_is_known, "nobody"),
        (key.is_unowned, "unowned"),
        (key.expires_at is not None and key.expires_at <= at + SOON, "expiring"),
        (_by(key.last_used_at, at - UNUSED), "unused"),
        (_by(made_at, at - VERY_OLD), "180"),
        (_by(made_at, at - OLD) and not _by(made_at, at - VERY_OLD), "90"),
    )
    return tuple(flag for holds, flag in reasons if holds)


def _by(instant: datetime | None, limit: datetime) -> bool:
    return instant is not None and instant <= limit
