"""What is to be said of a key: why somebody should look at it. Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SOON = timedelta(days=14)
UNUSED = timedelta(days=90)
OLD, VERY_OLD = timedelta(days=90), timedelta(days=180)

State = Literal["active", "expired", "gone", "unread"]
Flag = Literal[
    "leaver", "orphaned", "owner_gone", "nobody", "unowned", "expiring", "unused", "180", "90"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What the flags of a key follow from. None: nobody has said.

    `is_unowned` is a service account's key for which no person answers.
    """

    state: State
    owner_is_known: bool
    owner_is_gone: bool = False
    owner_is_leaver: bool = False
    owner_has_access: bool | None = None
    is_unowned: bool = False
    created_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


def state(
    *, ended_at: datetime | None, expires_at: datetime | None, is_read: bool, at: datetime
) -> State:
    """ended   connection   expires            -> state

    yes     any          any                  gone
    no      not read     any                  unread: what became of it is not told any more
    no      read         by now               expired
    no      read         later, or unknown    active
    """
    if ended_at is not None:
        return "gone"
    if not is_read:
        return "unread"
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
    made 180 (90) days ago or earlier                   180 (90)
    """
    if key.state != "active":
        return ()
    reasons: tuple[tuple[bool, Flag], ...] = (
        (key.owner_is_leaver, "leaver"),
        (key.owner_has_access is False, "orphaned"),
        (key.owner_is_gone, "owner_gone"),
        (not key.owner_is_known, "nobody"),
        (key.is_unowned, "unowned"),
        (key.expires_at is not None and key.expires_at <= at + SOON, "expiring"),
        (_by(key.last_used_at, at - UNUSED), "unused"),
        (_by(key.created_at, at - VERY_OLD), "180"),
        (_by(key.created_at, at - OLD) and not _by(key.created_at, at - VERY_OLD), "90"),
    )
    return tuple(flag for holds, flag in reasons if holds)


def _by(instant: datetime | None, limit: datetime) -> bool:
    return instant is not None and instant <= limit
