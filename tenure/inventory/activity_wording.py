"""When somebody was last active, in words a manager understands, each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from tenure.inventory import queries
from tenure.inventory.activity_rules import (
    LISTS,
    LOWER_BOUND,
    SOURCES,
    UNKNOWN,
    Precision,
    Seen,
    Source,
    last_activity,
    last_login,
)
from tenure.inventory.models import Account
from tenure.inventory.queries import Heard

# What was done, and where that is read.
WORDS: Mapping[str, tuple[str, str]] = {
    "login_event": ("Signed in", "audit log"),
    "audit_event": ("Acted in the organization", "audit log"),
    "user_record": ("Used an API key", "list of users"),
    "project_key": ("Used a project key", "keys of projects"),
    "admin_key": ("Used an admin key", "admin keys"),
    "usage": ("Traffic", "usage, by day"),
    "record": ("There since", "list of users"),
    # What the list of users says where it is a file.
    "uploaded_file": ("Signed in", "uploaded file"),
}
_NOTHING: Mapping[Source, str] = {
    "login_event": "No sign-in seen",
    "audit_event": "Nothing seen",
    "user_record": "OpenAI tells of none",
    "project_key": "No use seen",
    "admin_key": "No use seen",
    "usage": "No traffic seen",
    "record": "OpenAI does not say",
}
# What uploaded files say of it.
_OF_FILES: Source = "user_record"
_IN_FILES = WORDS["uploaded_file"]
_NOT_IN_FILE = "The file does not say"
_LOG_IS_OFF = "Audit logging is off: an owner can switch it on in OpenAI"
_NOT_READ = "Not read yet"
_MICROS, _CENT = 1_000_000, Decimal("0.01")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What one source says of an account, and where; `why` is said where it says nothing."""

    source: Source
    label: str
    origin: str
    at: datetime | None
    precision: Precision | None
    heard_at: datetime | None
    why: str

    @property
    def is_day(self) -> bool:
        return self.precision == "day"


@dataclass(frozen=True, slots=True)
class SpendShown:
    """Thirty days of spend; `why` is said where there is no amount."""

    amount: Decimal | None
    currency: str
    read_at: datetime | None
    why: str

    def __str__(self) -> str:
        """$12.40; 12.40 EUR; or why not."""
        if self.amount is None:
            return self.why
        dollar, unit = ("$", "") if self.currency == "usd" else ("", f" {self.currency.upper()}")
        least = "" if abs(self.amount) >= _CENT else "Less than "
        return f"{least}{dollar}{max(self.amount, _CENT):,.2f}{unit}"


@dataclass(frozen=True, slots=True)
class ActivityShown:
    """What every source says of an account, and what follows from it."""

    login: SourceLine
    latest: SourceLine | None
    since: datetime | None
    lines: list[SourceLine]


def source_of(account: Account) -> str:
    """The stable name of the source of an account's last activity; unknown is a value too."""
    return account.last_active_source or UNKNOWN


def said_by(account: Account) -> str:
    """Signed in; Used an API key; Traffic (usage); empty when no source says anything."""
    source = account.last_active_source
    if source == _OF_FILES and account.connection.is_uploaded:
        return _IN_FILES[0]
    return _label(source) if source else ""


def said_in_words(source: str) -> str:
    """signed in; used an API key; traffic: for the middle of a sentence."""
    label, _ = WORDS[source]
    return f"{label[0].lower()}{label[1:]}"


def of_account(account: Account) -> ActivityShown:
    """Everything that is known of the activity of an account that was found by its ref."""
    seen, heard = queries.seen(account), queries.heard(account)
    return _of_file(seen, heard) if account.connection.is_uploaded else shown(seen, heard)


def shown(seen: Iterable[Seen], lists: Mapping[str, Heard]) -> ActivityShown:
    """A line for every source; `lists` says how far each list that tells of activity was read."""
    told = {one.source: one for one in seen}
    lines = {
        source: _line(source, told.get(source), _why(source, lists.get(LISTS[source])))
        for source in SOURCES
    }
    login, latest = last_login(told.values()), last_activity(told.values())
    return ActivityShown(
        login=lines[login.source if login else "login_event"],
        latest=lines[latest.source] if latest else None,
        since=told[LOWER_BOUND].at if LOWER_BOUND in told else None,
        lines=[line for source, line in lines.items() if source != LOWER_BOUND],
    )


def _of_file(seen: Iterable[Seen], lists: Mapping[str, Heard]) -> ActivityShown:
    """What the list of users says is in a file the last sign-in, and there is nothing beside it."""
    told = {one.source: one for one in seen}
    label, origin = _IN_FILES
    why = _why(_OF_FILES, lists.get(LISTS[_OF_FILES]))
    line = replace(
        _line(_OF_FILES, told.get(_OF_FILES), why and _NOT_IN_FILE), label=label, origin=origin
    )
    since = told[LOWER_BOUND].at if LOWER_BOUND in told else None
    return ActivityShown(login=line, latest=line if line.at else None, since=since, lines=[line])


def spend(account: Any) -> SpendShown:  # noqa: ANN401 - an account that was found by its ref
    """What the account spent in thirty days, or why nobody can say."""
    heard = queries.heard(account)[queries.COSTS]
    why = f"Unavailable: {heard.why}" if heard.why else "" if heard.read_at else _NOT_READ
    if account.spent is None:
        return SpendShown(None, "", heard.read_at, why or "None that is known to be theirs")
    return SpendShown(Decimal(account.spent) / _MICROS, account.spent_currency, heard.read_at, "")


def _line(source: Source, seen: Seen | None, why: str) -> SourceLine:
    return SourceLine(
        source=source,
        label=_label(source),
        origin=_origin(source, seen) if seen else "",
        at=seen.at if seen else None,
        precision=seen.precision if seen else None,
        heard_at=seen.heard_at if seen else None,
        why="" if seen else why,
    )


def _origin(source: Source, seen: Seen) -> str:
    """Where it is read; of keys, by the name of the one that was used last."""
    is_key = source in ("project_key", "admin_key") and seen.detail
    return f"key {seen.detail}" if is_key else WORDS[source][1]


def _label(source: str) -> str:
    label, _ = WORDS[source]
    return f"{label} (usage)" if source == "usage" else label


def _why(source: Source, heard: Heard | None) -> str:
    """Why a source that says nothing may do so.

    its list             -> words
    a log that is off       so it is
    cannot be read          the reason
    was read                nothing seen
    not read so far         not read yet
    """
    if heard is not None and heard.is_off:
        return _LOG_IS_OFF
    if heard is None or (heard.read_at is None and not heard.why):
        return _NOT_READ
    return f"Unavailable: {heard.why}" if heard.why else _NOTHING[source]
