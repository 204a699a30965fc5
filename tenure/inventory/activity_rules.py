"""What is known of when an account was last used: several sources, none of them whole. Pure.

source        letter   what it says                           activity   login
user_record   A        the user's API keys were last used     yes        no
login_event   B        they signed in                         yes        yes
audit_event   C        they did something else                yes        no
project_key   D        a key of theirs in a project was used  yes        no
admin_key     E        an admin key of theirs was used        yes        no
usage         F        there was traffic of theirs on a day   yes        no
record        G        they have been there since             no         no

A key that Tenure itself reads with is used by nobody: it does not count. Whoever failed to sign in
may be anybody.

The newest of each source is kept, so that any of them may fall away and the next best remains.
Without any of A to F the answer is "unknown", which is not "never": nobody watched all the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

# Those of which an observation is kept, and those that are columns of the account.
Kept = Literal["login_event", "audit_event", "project_key", "admin_key", "usage"]
Source = Kept | Literal["user_record", "record"]
Precision = Literal["instant", "hour", "day"]

# In the order in which they are shown.
SOURCES: tuple[Source, ...] = (
    "login_event",
    "audit_event",
    "user_record",
    "project_key",
    "admin_key",
    "usage",
    "record",
)
AUDIT_LOG = "audit_log"
# The kind of list that each is read from.
LISTS: Mapping[Source, str] = {
    "login_event": AUDIT_LOG,
    "audit_event": AUDIT_LOG,
    "user_record": "users",
    "project_key": "project_keys",
    "admin_key": "admin_keys",
    "usage": "usage",
    "record": "users",
}
LOGIN: Source = "login_event"
LOWER_BOUND: Source = "record"
# The name of no source: what lists, exports and tests say instead of one.
UNKNOWN = "unknown"
# Stands in a column that is sorted by, where nothing is known: before everything that can be.
NOT_KNOWN = datetime(1970, 1, 1, tzinfo=UTC)
DORMANT_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest that one source says: when it happened, how exactly, and when we heard of it."""

    source: Source
    at: datetime
    precision: Precision = "instant"
    heard_at: datetime | None = None
    detail: str = ""


def last_login(seen: Iterable[Seen]) -> Seen | None:
    """Only an event of signing in is a login; None is unknown."""
    return next((one for one in seen if one.source == LOGIN), None)


def last_activity(seen: Iterable[Seen]) -> Seen | None:
    """The newest of everything but lower bounds; None is unknown.

    Of two of one instant the one whose name sorts last: a sign-in says more than any other act.
    """
    acted = [one for one in seen if one.source != LOWER_BOUND]
    return max(acted, key=lambda one: (one.at, one.source), default=None)


def dormant_before(at: datetime, days: int = DORMANT_DAYS) -> datetime:
    """Whoever was last active before this instant is dormant at `at`.

    Whole days are counted, by UTC: of some sources only the day is known, and all of it counts.
    """
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days)


def dormant_from(active_at: datetime, days: int = DORMANT_DAYS) -> datetime:
    """The first instant at which somebody last active then is dormant."""
    return dormant_before(active_at, -days - 1)


def is_dormant(active_at: datetime | None, at: datetime, days: int = DORMANT_DAYS) -> bool:
    """Last active so long ago; of somebody of whom that is unknown nobody can say so.

    last active             -> outcome
    unknown                    no
    before the first day       yes
    on that day, or later      no
    """
    return active_at is not None and active_at < dormant_before(at, days)
