"""What a run did with one list, as a line of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import NamedTuple

from tenure.inventory.models import SyncCollection
from tenure.inventory.planning import LEFT

_PAGE_ROWS = 100  # what a page holds when none has been seen yet
_MOST_NAMES = 3

State = SyncCollection.State


class Shown(NamedTuple):
    """A state: tone, icon, word."""

    tone: str
    icon: str
    word: str


HELD = Shown("amber", "hand-stop", "Held")
NOT_FINISHED = Shown("", "circle-off", "Not finished")
STATES: dict[str, Shown] = {
    State.WAITING: Shown("", "circle-dashed", "Waiting"),
    State.READING: Shown("live", "loader-2", "Reading"),
    State.COMPLETE: Shown("", "check", "Complete"),
    State.INCOMPLETE: Shown("amber", "alert-triangle", "Incomplete"),
    State.UNAVAILABLE: Shown("amber", "lock", "Unavailable"),
    State.SKIPPED: Shown("", "minus", "Skipped"),
}
_NAMES = {"users": "Users", "invites": "Invitations", "roles": "Roles of the organization"}
# All lists of a kind below others, and one of them.
_BELOW = {
    "project_users": ("Members of projects", "Members of {}"),
    "project_groups": ("Groups in projects", "Groups in {}"),
    "project_group_roles": ("Roles of groups in projects", "Roles of a group in {}"),
    "project_roles": ("Roles of projects", "Roles of {}"),
    "service_accounts": ("Service accounts", "Service accounts of {}"),
    "project_keys": ("Project keys", "Keys of {}"),
    "federation_rules": ("Federation rules", "Federation rules of {}"),
    "group_users": ("Members of groups", "Members of {}"),
    "group_roles": ("Roles of groups", "Roles of {}"),
    "user_roles": ("Roles of single users", "Roles of {}"),
    "project_user_roles": ("Roles of single members", "Roles of a member of {}"),
}


def name_of(kind: str, resource: str = "") -> str:
    """What people call a list: Users; Members of Search. Without its resource, all of the kind."""
    many, one = _BELOW.get(kind, (kind.replace("_", " ").capitalize(), "{}"))
    return one.format(resource) if resource else _NAMES.get(kind, many)


def listed(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """A, B and C; or A, B, C and 4 more."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


class Counts(NamedTuple):
    """Rows of one list, or of many. They reconcile: received = stored + repeated + set aside."""

    received: int = 0
    stored: int = 0
    repeated: int = 0
    set_aside: int = 0
    added: int = 0
    changed: int = 0
    ended: int = 0

    @classmethod
    def of(cls, row: SyncCollection) -> Counts:
        return cls(*(getattr(row, name) for name in cls._fields))

    @property
    def moved(self) -> int:
        return self.added + self.changed + self.ended

    @property
    def outcome(self) -> tuple[str, ...]:
        """Added, changed, ended."""
        return tuple(f"{n:,}" for n in (self.added, self.changed, self.ended))

    @property
    def outcome_in_words(self) -> str:
        return "{} added, {} changed, {} ended".format(*self.outcome)

    @property
    def reconciliation(self) -> str:
        """Where everything received went."""
        parts = [f"{self.stored:,} stored"]
        parts += [f"{self.repeated:,} sent twice"] if self.repeated else []
        parts += [f"{self.set_aside:,} set aside"] if self.set_aside else []
        return f"{self.received:,} received, {', '.join(parts)}"


@dataclass(frozen=True)
class CollectionLine:
    """One list. `row` has been read with the name of its resource, if it has one."""

    row: SyncCollection
    run_is_open: bool
    users_expected: int | None = None

    @property
    def resource(self) -> str:
        return self.row.resource_name or ""  # type: ignore[attr-defined] # an annotation

    @property
    def name(self) -> str:
        return name_of(self.row.kind, self.resource)

    @property
    def is_below(self) -> bool:
        """Whether there are many of its kind: told in one sum."""
        return bool(self.resource) or self.row.kind in _BELOW

    @property
    def state(self) -> Shown:
        if self.row.would_end:
            return HELD
        if not self.run_is_open and self.row.state in (State.WAITING, State.READING):
            return NOT_FINISHED
        return STATES[self.row.state]

    @property
    def reason(self) -> str:
        return self.row.reason

    @property
    def is_over(self) -> bool:
        return self.row.finished_at is not None

    @property
    def is_being_read(self) -> bool:
        return self.run_is_open and self.row.pages > 0 and not self.is_over

    @property
    def is_muted(self) -> bool:
        return self.row.state == State.WAITING

    @property
    def is_left(self) -> bool:
        return self.row.state == State.SKIPPED and self.row.reason == LEFT

    @property
    def is_exceptional(self) -> bool:
        """Whether somebody who looks after the connection would ask why."""
        ordinary = (State.WAITING, State.READING, State.COMPLETE)
        return bool(self.row.would_end) or not (self.row.state in ordinary or self.is_left)

    @cached_property
    def counts(self) -> Counts:
        return Counts.of(self.row)

    @property
    def expected_pages(self) -> int | None:
        """Pages in all; None while nobody can know."""
        row = self.row
        if self.is_over:
            return row.pages
        rows = row.expected
        if rows is None and row.kind == "users":
            rows = self.users_expected
        if rows is None and self.is_below:
            rows = 1  # most of them fit on one page
        if rows is None:
            return None
        per_page = row.received / row.pages if row.pages else _PAGE_ROWS
        return max(1, row.pages + ceil(max(0, rows - row.received) / max(1, per_page)))

    @property
    def pages(self) -> str:
        expected = self.expected_pages
        if expected is None or self.is_over:
            return f"{self.row.pages:,}"
        return f"{self.row.pages:,} of {expected:,}"

    @property
    def bar(self) -> int | None:
        """How far the bar is, of `bar_end`; None while the end is unknown."""
        unknown = self.row.state == State.READING and self.expected_pages is None
        return None if unknown else self.row.pages

    @property
    def bar_end(self) -> int:
        return self.expected_pages or max(1, self.row.pages)

    @property
    def received(self) -> str:
        return f"{self.row.received:,}"

    @property
    def reconciliation(self) -> str:
        return self.counts.reconciliation if self.is_over else ""
