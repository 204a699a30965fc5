"""From the bytes of a file to accounts: every good line a fact, every bad one a reason. Pure.

status, folded                                  -> account
empty, active, enabled, yes, invited, …            active
suspended, disabled, inactive, deactivated, no, …  suspended
deleted, removed, terminated                       none: the line is set aside
any other                                          the line is rejected

kind, folded
empty, user, person, member, guest, no, …          a person's
service, bot, integration, api, yes, …             a service's
any other                                          the line is rejected

A line without what identifies the account, and lines that name the same account, are rejected.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import MAXYEAR, UTC, datetime

import msgspec

from tenure.connectors.facts import AccountFact, AccountStatus
from tenure.connectors.file import columns as chosen_columns
from tenure.lib.csvin import address, clean, open_csv
from tenure.lib.errors import Invalid
from tenure.lib.text import fold_email

_ACTIVE = (
    *("", "active", "enabled", "yes", "true", "1", "member", "normal", "ok", "activated"),
    *("invited", "pending", "provisioned"),
)
_SUSPENDED = (
    *("suspended", "disabled", "inactive", "deactivated", "blocked", "locked", "archived"),
    *("no", "false", "0"),
)
_DELETED = ("deleted", "removed", "terminated")
_PERSON = (
    *("", "user", "person", "human", "member", "guest", "admin", "owner", "employee"),
    *("external", "internal", "no", "false", "0", "full member", "viewer", "editor"),
)
_SERVICE = (
    *("service", "service account", "service_account", "bot", "robot", "machine", "app"),
    *("application", "integration", "api", "system", "yes", "true", "1"),
)
_NEVER = ("", "-", "never", "n/a", "none", "null")
_EARLIEST = 1970
_LONGEST: Mapping[str, int] = {"id": 200, "email": 320, "name": 200, "role": 100}


class Rejected(msgspec.Struct, frozen=True):
    """A line that was left out, and why."""

    line: int
    reason: str


class Table(msgspec.Struct, kw_only=True):
    """A whole file, read: its columns, what each is taken for, and what came of its lines.

    `aside` counts lines of accounts that the system calls deleted.
    """

    names: list[str]
    columns: dict[str, str]
    accounts: list[AccountFact] = []
    rejected: list[Rejected] = []
    aside: int = 0

    @property
    def lines(self) -> int:
        return len(self.accounts) + len(self.rejected) + self.aside


def names_in(content: bytes) -> list[str]:
    """The columns that the first line names. Raises Invalid."""
    return open_csv(content, such_as="email,name,role")[0]


def read_table(content: bytes, columns: Mapping[str, str] | None = None) -> Table:
    """Read a file, by the columns that were chosen or by a guess.

    Raises Invalid only when nothing in it can be an account.
    """
    names, numbered = open_csv(content, such_as="email,name,role")
    chosen = chosen_columns.check(
        chosen_columns.guess(names) if columns is None else columns, names
    )
    table = Table(names=names, columns=chosen)
    places = {field: names.index(name) for field, name in chosen.items()}
    found: dict[str, list[tuple[int, AccountFact]]] = defaultdict(list)

    def reject(line: int, reason: str) -> None:
        table.rejected.append(Rejected(line, reason))

    for line, cells in numbered(reject):
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            reject(line, f"has {len(cells)} values for {len(names)} columns")
            continue
        try:
            said = {
                field: clean(cells[at], column=names[at]) if at < len(cells) else ""
                for field, at in places.items()
            }
            fact = _account(said, chosen)
        except Invalid as error:
            reject(line, str(error))
            continue
        if fact is None:
            table.aside += 1
        else:
            found[fact.external_id].append((line, fact))
    _take(found, table)
    table.rejected.sort(key=lambda one: one.line)
    return table


def _take(found: Mapping[str, list[tuple[int, AccountFact]]], table: Table) -> None:
    """Two lines that name one account contradict each other: neither is taken."""
    what = table.columns["id" if "id" in table.columns else "email"]
    for same in found.values():
        if len(same) == 1:
            table.accounts.append(same[0][1])
            continue
        for line, _ in same:
            others = ", ".join(str(other) for other, _ in same if other != line)
            table.rejected.append(Rejected(line, f"has the same {what} as line {others}"[:300]))


def _account(said: Mapping[str, str], columns: Mapping[str, str]) -> AccountFact | None:
    """The account of one line; None when the system calls it deleted."""
    for field, longest in _LONGEST.items():
        if len(said.get(field, "")) > longest:
            raise Invalid(f"{columns[field]} is longer than {longest} characters")
    email = address(said.get("email", ""), column=columns.get("email", ""))
    external_id = said["id"] if "id" in columns else fold_email(email)
    if not external_id:
        raise Invalid(f"has no {columns['id' if 'id' in columns else 'email']}")
    status = _status(said.get("status", ""), columns)
    is_service = _is_service(said.get("kind", ""), columns)
    last_login, added = (_instant(said, name, columns) for name in ("last_login", "added"))
    if status is None:
        return None
    return AccountFact(
        external_id=external_id,
        raw=json.dumps(said, ensure_ascii=False, sort_keys=True).encode(),
        email=email or None,
        name=said.get("name") or None,
        role=said.get("role") or None,
        status=status,
        is_service=is_service,
        added_at=added,
        last_used_at=last_login,
    )


def _status(value: str, columns: Mapping[str, str]) -> AccountStatus | None:
    word = value.casefold()
    if word in _DELETED:
        return None
    if word in _SUSPENDED:
        return "suspended"
    if word not in _ACTIVE:
        raise Invalid(
            f"{columns['status']} {value[:60]!r} is unknown; write active, suspended or deleted"
        )
    return "active"


def _is_service(value: str, columns: Mapping[str, str]) -> bool:
    word = value.casefold()
    if word not in _PERSON and word not in _SERVICE:
        raise Invalid(f"{columns['kind']} {value[:60]!r} is unknown; write user or service")
    return word in _SERVICE


def _instant(said: Mapping[str, str], field: str, columns: Mapping[str, str]) -> datetime | None:
    """An ISO day or instant; one without an offset is of UTC."""
    value = said.get(field, "")
    if value.casefold() in _NEVER:
        return None
    try:
        instant = datetime.fromisoformat(value.removesuffix(" UTC"))
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        instant = datetime.min.replace(tzinfo=UTC)
    if not _EARLIEST <= instant.year < MAXYEAR:
        raise Invalid(
            f"{columns[field]} {value[:60]!r} is no day or instant such as 2026-11-30 or"
            " 2026-11-30T18:00Z"
        )
    return instant
