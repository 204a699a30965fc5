"""When a connection may do what. Pure: no database, no clock, no settings.

verb         state now                              -> state then
connect      none yet, draft, disconnected             active
connect      active, degraded, failing, paused         Conflict, naming the one there is
pause        active, degraded, failing                 paused
pause        draft, paused, disconnected               Conflict
resume       paused                                    active
resume       any other                                 Conflict
disconnect   disconnected                              Conflict
disconnect   any other                                 disconnected
change       disconnected                              Conflict (reconnect it instead)
change       any other                                 as it was

wanted   keys of which one may write    -> removal
off      any                               off
on       yes                               on
on       no                                Conflict, saying how

A key may write when a read proved it, or when nothing speaks against it:
kind of key            proven to write   proven not to   neither
admin, limited         yes               no              yes (confirmed at the first use)
read_only, personal    yes               no              no

time until a key expires          -> expiry
unknown, never, over 14 days         "" (far)
over 3 days, up to 14                soon
some, up to 3 days                   near
none                                 expired

told before         expiry now              -> tell
any                 far, or the same           no
any                 an earlier one             no (a validation has just shown a later end)
any                 a later one                yes
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from tenure.lib.errors import Conflict, Invalid

Verb = Literal["connect", "pause", "resume", "disconnect", "change"]
Expiry = Literal["", "soon", "near", "expired"]

EXPIRES_SOON = timedelta(days=14)
EXPIRES_NEAR = timedelta(days=3)

INTERVAL_MINUTES = (5, 24 * 60)
# Between files that people bring: a day to a year, and what is usual.
UPLOAD_INTERVAL_MINUTES = (24 * 60, 365 * 24 * 60)
USUAL_UPLOAD_INTERVAL_MINUTES = 30 * 24 * 60
REQUESTS_PER_MINUTE = (1, 10_000)
# Of each kind of list below a project; organizations have been seen to refuse more.
PROJECT_LEVEL_PER_MINUTE = 10
REMOVAL_POLICIES = ("automatic", "approve", "manual")
BRAKE_PER_HOUR = (1, 10_000)
NAME_LENGTH = 100

_LIVE = ("active", "degraded", "failing")
_NEXT: dict[Verb, dict[str, str]] = {
    "connect": {"": "active", "draft": "active", "disconnected": "active"},
    "pause": dict.fromkeys(_LIVE, "paused"),
    "resume": {"paused": "active"},
    "disconnect": dict.fromkeys(("draft", *_LIVE, "paused"), "disconnected"),
    "change": {state: state for state in ("draft", *_LIVE, "paused")},
}
_REFUSAL: dict[Verb, str] = {
    "connect": "This organization is already connected as {name}; open that connection and replace"
    " its key instead.",
    "pause": "{name} is {state}, so there is nothing to pause; reload the page to see it as it is.",
    "resume": "{name} is {state} and not paused; reload the page to see it as it is.",
    "disconnect": "{name} is already disconnected; connect the organization again to continue it.",
    "change": "{name} is disconnected; connect the organization again before you change anything.",
}
# The words that `tenure sync` understands in the place of a name.
_RESERVED = ("release",)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def next_state(verb: Verb, state: str, *, name: str) -> str:
    """The state after the verb; Conflict when it makes no sense now. No connection yet is ""."""
    if (after := _NEXT[verb].get(state)) is None:
        raise Conflict(_REFUSAL[verb].format(name=name, state=state))
    return after


def may_write(*, kind: str, proven: bool | None) -> bool:
    """Whether a key may be trusted with removals, by its kind and by what reading proved."""
    if proven is not None:
        return proven
    return kind in ("admin", "limited")


def expiry(expires_at: datetime | None, *, at: datetime) -> Expiry:
    """How near its end a key is."""
    if expires_at is None or expires_at - at > EXPIRES_SOON:
        return ""
    if expires_at <= at:
        return "expired"
    return "near" if expires_at - at <= EXPIRES_NEAR else "soon"


def must_tell_expiry(*, told: str, now: Expiry) -> bool:
    """Whether those who look after a key do not know yet how near its end it is."""
    order = ("", "soon", "near", "expired")
    return order.index(now) > order.index(told)


def check_removal(*, wanted: bool, keys: Iterable[tuple[str, bool | None]]) -> None:
    """Refuse to turn removal on when no key, given as (kind, proven to write), may write."""
    if wanted and not any(may_write(kind=kind, proven=proven) for kind, proven in keys):
        raise Conflict(
            "No key of this connection may write; add a removal key, or replace the key by one"
            " that may write, then turn removal on."
        )


def check_removal_key(*, kind: str, proven: bool | None) -> None:
    """A removal key that cannot remove would only be one more secret to lose."""
    if not may_write(kind=kind, proven=proven):
        raise Invalid(
            "This key may not write, so it cannot remove anyone; make an admin key with write"
            " access in the provider's settings and add that.",
            field="removal_key",
        )


def check_same_organization(*, connected: str, typed: str) -> None:
    """A connection is one organization for ever: its history belongs to it."""
    if connected != typed:
        raise Invalid(
            f"This connection reads {connected}; to read {typed}, add a connection for it.",
            field="organization_id",
        )


def check_name(name: str) -> str:
    """The name as it will be kept; people type it on the command line, so it is one line."""
    kept = " ".join(name.split())
    if not kept or len(kept) > NAME_LENGTH or _UNPRINTABLE.search(kept):
        raise Invalid(f"Give a name of 1 to {NAME_LENGTH} characters.", field="name")
    if kept.casefold() in _RESERVED or kept.startswith("-") or _is_ref(kept):
        raise Invalid(
            f"“{kept}” means something else to Tenure; choose another name.", field="name"
        )
    return kept


def check_free_name(name: str, taken: Iterable[str]) -> str:
    """The name as it will be kept, when no other connection has it."""
    kept = check_name(name)
    if kept.casefold() in {other.casefold() for other in taken}:
        raise Invalid(f"Another connection is called {kept}; choose another name.", field="name")
    return kept


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """The wanted name, numbered when others have it: OpenAI, OpenAI 2, OpenAI 3."""
    others = {name.casefold() for name in taken}
    names = (wanted if n == 1 else f"{wanted} {n}" for n in range(1, len(others) + 2))
    return next(name for name in names if name.casefold() not in others)


def check_interval(minutes: int, *, is_uploaded: bool = False) -> None:
    low, high = UPLOAD_INTERVAL_MINUTES if is_uploaded else INTERVAL_MINUTES
    if not low <= minutes <= high:
        of_files = f"{low} minutes, which is a day, and {high}, which is a year"
        of_reads = f"{low} minutes and {high // 60} hours"
        raise Invalid(
            f"Choose an interval between {of_files if is_uploaded else of_reads}.",
            field="interval_minutes",
        )


def check_has_key(*, is_uploaded: bool, name: str) -> None:
    """Conflict where files are read: nothing can be changed by them."""
    if is_uploaded:
        raise Conflict(
            f"{name} is read from files that people upload, so removals there are done by hand."
        )


def check_upload(*, name: str, is_uploaded: bool, state: str) -> None:
    """Conflict unless a newer file may take the place of the last."""
    if not is_uploaded:
        raise Conflict(f"{name} is read with a key; files are for connections of kind file.")
    if state in ("disconnected", "paused"):
        verb = "resume" if state == "paused" else "connect"
        raise Conflict(f"{name} is {state}; {verb} it before you upload a newer file.")


def check_requests_per_minute(budget: int | None) -> None:
    """None leaves the pace to the provider's own limits."""
    low, high = REQUESTS_PER_MINUTE
    if budget is not None and not low <= budget <= high:
        raise Invalid(
            f"Choose between {low} and {high:,} requests per minute, or off.",
            field="requests_per_minute",
        )


def check_removal_policy(policy: str) -> str:
    if policy not in REMOVAL_POLICIES:
        raise Invalid("Choose automatic, approve or manual.", field="removal_policy")
    return policy


def check_brake(per_hour: int | None) -> None:
    """None leaves it to the size of the organization: ten, or one in twenty."""
    low, high = BRAKE_PER_HOUR
    if per_hour is not None and not low <= per_hour <= high:
        raise Invalid(
            f"Choose between {low} and {high:,} removals an hour, or leave it empty.",
            field="brake_per_hour",
        )


def budget_ceiling(total: int | None, family: str) -> float | None:
    """The most requests per minute of a family; None when the budget is off.

    total   family           ceiling
    off     any              none
    N       "" (all of it)   N
    N       any other        10, or N where that is less
    """
    if total is None or not family:
        return total
    return min(PROJECT_LEVEL_PER_MINUTE, total)


def _is_ref(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
