"""What one reading says about the life of a connection. Pure: no database, no clock, no settings.

could read   missed twice   state now                     -> state then             strikes
yes          no list        active, degraded, failing        active                    none
yes          some list      active, degraded, failing        degraded                  none
no           any            active, degraded                 failing, when it is the   one more
                                                             third in a row and 10
                                                             minutes after the first;
                                                             else as it was
no           any            failing                          failing                   one more
any          any            draft, paused, disconnected      as it was                 as before

state before         state then   -> what is recorded
active               degraded        degraded
active, degraded     failing         failing
degraded, failing    active          recovered
failing              degraded        recovered
any                  the same        nothing

could read   told that it fails   state then         -> what is mailed
no           no                   failing               that it fails
no           yes                  failing               nothing
yes          yes                  active, degraded      that it recovered
otherwise                                               nothing

strikes   state              -> time between reads
none      any                   the interval
some      failing               the interval
some      active, degraded      5 minutes, or the interval when that is shorter
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from tenure.connectors.base import FailureKind
from tenure.lib.secrets import redact

Event = Literal["degraded", "failing", "recovered"]
Message = Literal["failing", "recovered"]

STRIKES = 3
PATIENCE = timedelta(minutes=10)
SOON = timedelta(minutes=5)
MISSES = 2
REASON_LENGTH = 500

_LIVE = ("active", "degraded", "failing")
_MOST_NAMES = 3
_NAME_LENGTH = 60
_NO_REASON = "The provider could not be read; look at the newest run for what it answered."


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """One list that a run could not read whole; `times` in a row, this one included.

    `name` is what people call the list: Invitations, Members of Search. `reason` is a sentence.
    """

    name: str
    state: Literal["incomplete", "unavailable"]
    reason: str
    times: int = 1


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one reading of a connection ended, as far as the connection is concerned.

    `could_read` is False when the credential or the provider let nothing be read at all; then
    `kind` and `reason` say why.
    """

    at: datetime
    could_read: bool
    kind: FailureKind | None = None
    reason: str = ""
    missed: Sequence[Missed] = ()


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What of a connection its readings change."""

    state: str
    reason: str = ""
    strikes: int = 0
    first_strike_at: datetime | None = None
    failure_kind: str = ""


def after(outcome: Outcome, before: Health) -> Health:
    """The health of a connection once it was read like this."""
    if before.state not in _LIVE:
        return before
    if outcome.could_read:
        lasting = [one for one in outcome.missed if one.times >= MISSES]
        return Health(state="degraded" if lasting else "active", reason=in_words(lasting))
    # The earlier of the two: a clock that was set back must not make a connection wait for ever.
    first = min(before.first_strike_at or outcome.at, outcome.at)
    struck = msgspec.structs.replace(
        before,
        strikes=before.strikes + 1,
        first_strike_at=first,
        failure_kind=outcome.kind or "refused",
    )
    out = struck.strikes >= STRIKES and outcome.at - first >= PATIENCE
    if before.state != "failing" and not out:
        return struck
    reason = _fitting([redact(outcome.reason) or _NO_REASON])
    return msgspec.structs.replace(struck, state="failing", reason=reason)


def event(*, before: str, after: str) -> Event | None:
    """What the audit log hears of a reading; routine is silent."""
    if before == after:
        return None
    if after == "failing":
        return "failing"
    return "recovered" if after == "active" or before == "failing" else "degraded"


def message(*, could_read: bool, state: str, was_told: bool) -> Message | None:
    """What owner and admins are mailed after a reading."""
    if could_read:
        return "recovered" if was_told and state in _LIVE else None
    return "failing" if state == "failing" and not was_told else None


def retry_after(*, state: str, strikes: int, interval: timedelta) -> timedelta:
    """How long after one read the next is due."""
    return min(interval, SOON) if strikes and state != "failing" else interval


def in_words(missed: Sequence[Missed]) -> str:
    """Which lists are missing and why, the ones that cannot be read at all first; "" for none."""
    if not missed:
        return ""
    worst_first = sorted(missed, key=lambda one: one.state != "unavailable")
    names = [_short(one.name) for one in worst_first[:_MOST_NAMES]]
    if more := len(missed) - len(names):
        listed = f"{', '.join(names)} and {more} more"
    else:
        listed = " and ".join([*([", ".join(names[:-1])] if names[:-1] else []), names[-1]])
    all_unavailable = all(one.state == "unavailable" for one in missed)
    lead = f"{listed} could not be read{'' if all_unavailable else ' completely'}."
    reasons = dict.fromkeys(redact(one.reason) for one in worst_first if one.reason)
    return _fitting([lead, *reasons])


def _fitting(sentences: Sequence[str]) -> str:
    """As many whole sentences as there is room for; a first reason that is too long is cut."""
    said = sentences[0]
    for number, sentence in enumerate(sentences[1:]):
        if len(said) + 1 + len(sentence) > REASON_LENGTH and number:
            break
        said = f"{said} {sentence}"
    return said if len(said) <= REASON_LENGTH else f"{said[: REASON_LENGTH - 1].rstrip()}…"


def _short(name: str) -> str:
    name = redact(name)
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1].rstrip()}…"
