"""The least that the work would require, with what says so. Pure: no database, no clock.

Of the rules that hold, the first one is the hint:

thing                   what is known                                       -> hint
of a leaver             they may not hold access                            remove
key                     last used, or never used and made, over 90 days ago remove
any right, account      last active over 90 days ago                        remove
any right               the same right by another path                      redundant: remove
owner of anything       the log is off, or known for less than 90 days      not enough data
owner, organization     no administrative act in 90 days                    change to reader
owner, project          no administrative act in 90 days                    change to member
any right, account      nobody knows when it was last active                not enough data
key                     nobody knows when it was used or made               not enough data
any other               any                                                 none

The newest administrative act counts wherever it was: so an owner who did anything is never told to
give it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

OWNER = "owner"
QUIET = timedelta(days=90)
Suggestion = Literal["remove", "change", "unknown", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the hint follows from. None: nobody knows. `log_from` is None while the log is off."""

    kind: str
    role: str = ""
    resource_kind: str = ""
    path: str = "direct"
    is_leaver: bool = False
    is_redundant: bool = False
    active_at: datetime | None = None
    acted_at: datetime | None = None
    log_from: datetime | None = None
    last_used_at: datetime | None = None
    created_at: datetime | None = None
    at: datetime


@dataclass(frozen=True, slots=True)
class Hint:
    """What would do, and the evidence in a sentence; `to_role` where it is another role."""

    suggestion: Suggestion
    says: str = ""
    to_role: str = ""


NO_HINT = Hint("none")


def hint(use: Use) -> Hint:
    """The first rule that holds."""
    if use.is_leaver:
        return Hint("remove", "They may not hold access any more.")
    if use.kind == "invitation":
        return NO_HINT
    return _of_key(use) if use.kind == "credential" else _of_right(use)


def _of_key(use: Use) -> Hint:
    quiet_since = use.at - QUIET
    if use.last_used_at is not None:
        if use.last_used_at < quiet_since:
            return Hint("remove", f"Last used on {_day(use.last_used_at)}.")
        return NO_HINT
    if use.created_at is None:
        return Hint("unknown", "Not enough data: nobody knows when it was made or used.")
    if use.created_at < quiet_since:
        return Hint("remove", f"Made on {_day(use.created_at)}, and no use of it is known.")
    return NO_HINT


def _of_right(use: Use) -> Hint:
    quiet_since = use.at - QUIET
    if use.active_at is not None and use.active_at < quiet_since:
        return Hint("remove", f"Last active on {_day(use.active_at)}.")
    if use.kind == "grant" and use.is_redundant:
        return Hint("remove", "They have the same by another path.")
    if use.kind == "grant" and use.role == OWNER:
        return _of_owner(use, quiet_since)
    if use.active_at is None:
        return Hint("unknown", "Not enough data: nobody knows when it was last active.")
    return NO_HINT


def _of_owner(use: Use, quiet_since: datetime) -> Hint:
    if use.acted_at is not None and use.acted_at >= quiet_since:
        return NO_HINT
    if use.log_from is None:
        return Hint("unknown", "Not enough data: the provider's audit log is off.")
    if use.log_from > quiet_since:
        since = _day(use.log_from)
        return Hint("unknown", f"Not enough data: the provider's log is known since {since}.")
    to_role = "member" if use.resource_kind == "project" else "reader"
    last = f" since {_day(use.acted_at)}" if use.acted_at else " in 90 days"
    return Hint("change", f"No administrative act{last}: {to_role} would do.", to_role)


def _day(instant: datetime) -> str:
    return f"{instant:%d %B %Y}"
