"""A run in words and numbers, as its page, its panels and the command line show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import NamedTuple

from tenure.inventory import queries, rules
from tenure.inventory.models import SyncCollection, SyncRun
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import quantity

_PAGE_ROWS = 100  # what a page holds when none has been seen yet
_PREVIEW, _MOST_HELD = 8, 50
_POLL_MS, _POLL_LATER_MS, _POLL_SOON_S = 1000, 3000, 60

Run, Row = SyncRun.Status, SyncCollection.State


class Shown(NamedTuple):
    """A state: tone, icon, word."""

    tone: str
    icon: str
    word: str


RUN_STATES: dict[str, Shown] = {
    Run.QUEUED: Shown("", "circle-dashed", "Waiting"),
    Run.RUNNING: Shown("live", "loader-2", "Reading"),
    Run.COMPLETE: Shown("", "check", "Complete"),
    Run.PARTIAL: Shown("amber", "alert-triangle", "Partial"),
    Run.HELD: Shown("amber", "hand-stop", "Held"),
    Run.FAILED: Shown("red", "alert-circle", "Failed"),
    Run.CANCELLED: Shown("", "circle-off", "Cancelled"),
}
_ROW_STATES: dict[str, Shown] = {
    Row.WAITING: Shown("", "circle-dashed", "Waiting"),
    Row.READING: Shown("live", "loader-2", "Reading"),
    Row.COMPLETE: Shown("", "check", "Complete"),
    Row.INCOMPLETE: Shown("amber", "alert-triangle", "Incomplete"),
    Row.UNAVAILABLE: Shown("amber", "lock", "Unavailable"),
    Row.SKIPPED: Shown("", "minus", "Skipped"),
}
_NAMES = {"users": "Users", "invites": "Invitations"}
_HEADLINES = {
    Run.QUEUED: "About to begin",
    Run.RUNNING: "Reading your organization",
    Run.COMPLETE: "Everything was read",
    Run.PARTIAL: "Part of it could not be read",
    Run.HELD: "Held for you to decide",
    Run.FAILED: "Nothing could be read",
    Run.CANCELLED: "Cancelled",
}


@dataclass(frozen=True)
class ShownCollection:
    """One line of the table of a run."""

    row: SyncCollection
    run_is_open: bool
    users_expected: int | None = None

    @property
    def name(self) -> str:
        return _NAMES.get(self.row.kind, self.row.kind.replace("_", " ").capitalize())

    @property
    def state(self) -> Shown:
        if self.row.would_end:
            return RUN_STATES[Run.HELD]
        if not self.run_is_open and self.row.state in (Row.WAITING, Row.READING):
            return Shown("", "circle-off", "Not finished")
        return _ROW_STATES[self.row.state]

    @property
    def expected_pages(self) -> int | None:
        """Pages in all; None while nobody can know."""
        if self.row.finished_at is not None:
            return self.row.pages
        rows = self.row.expected
        if rows is None and self.row.kind == "users":
            rows = self.users_expected
        if rows is None:
            return None
        per_page = self.row.received / self.row.pages if self.row.pages else _PAGE_ROWS
        left = max(0, rows - self.row.received)
        return self.row.pages + ceil(left / max(1, per_page))

    @property
    def pages(self) -> str:
        expected = self.expected_pages
        if expected is None or self.row.finished_at is not None:
            return f"{self.row.pages:,}"
        return f"{self.row.pages:,} of {expected:,}"

    @property
    def bar(self) -> int | None:
        """How far the bar is, of `bar_end`; None while the end is unknown."""
        unknown = self.row.state == Row.READING and self.expected_pages is None
        return None if unknown else self.row.pages

    @property
    def bar_end(self) -> int:
        return self.expected_pages or max(1, self.row.pages)

    @property
    def received(self) -> str:
        return f"{self.row.received:,}"

    @property
    def outcome(self) -> tuple[str, ...]:
        """Added, changed, ended."""
        return tuple(f"{n:,}" for n in (self.row.added, self.row.changed, self.row.ended))

    @property
    def outcome_in_words(self) -> str:
        return "{} added, {} changed, {} ended".format(*self.outcome)

    @property
    def reconciliation(self) -> str:
        """Where everything received went."""
        row = self.row
        parts = [f"{row.stored:,} stored"]
        parts += [f"{row.repeated:,} sent twice"] if row.repeated else []
        parts += [f"{row.set_aside:,} set aside"] if row.set_aside else []
        return f"{row.received:,} received, {', '.join(parts)}"


@dataclass(frozen=True)
class ShownRun:
    """A run with everything a page says about it. One query at most: its collections."""

    run: SyncRun

    @property
    def is_open(self) -> bool:
        return self.run.status in SyncRun.OPEN

    @property
    def state(self) -> Shown:
        return RUN_STATES[self.run.status]

    @property
    def headline(self) -> str:
        return _HEADLINES[Run(self.run.status)]

    @cached_property
    def rows(self) -> Sequence[ShownCollection]:
        judged = self.run.connection.validation
        users = None if judged.get("more_users", True) else judged.get("users_seen")
        return [
            ShownCollection(row, self.is_open, users)
            for row in sorted(self.run.collections.all(), key=lambda row: row.pk)
        ]

    @property
    def expected_pages(self) -> int | None:
        pages = [row.expected_pages for row in self.rows]
        if not pages or any(count is None for count in pages):
            return None
        return sum(count for count in pages if count is not None)

    @property
    def bar(self) -> int | None:
        return None if self.expected_pages is None else self.run.pages

    @property
    def bar_end(self) -> int:
        return self.expected_pages or 1

    @property
    def pace(self) -> str:
        """ "19 of 67 pages, about 1 min left"; once over, how long it took."""
        run, expected = self.run, self.expected_pages
        if not self.is_open or run.started_at is None:
            return self.took
        seconds = (now() - run.started_at).total_seconds()
        left = rules.seconds_left(pages=run.pages, expected_pages=expected, seconds=seconds)
        told = f"{run.pages:,} of {expected:,} pages" if expected else quantity(run.pages, "page")
        return told if left is None else f"{told}, about {duration(left)} left"

    @property
    def took(self) -> str:
        return "" if self.duration_s is None else f"took {duration(self.duration_s)}"

    @property
    def duration_s(self) -> float | None:
        run = self.run
        if run.started_at is None or run.finished_at is None:
            return None
        return (run.finished_at - run.started_at).total_seconds()

    @property
    def result(self) -> str:
        run = self.run
        if not (run.added or run.changed or run.ended):
            return "Nothing had changed"
        return f"{run.added:,} added, {run.changed:,} changed, {run.ended:,} ended"

    @property
    def received(self) -> str:
        return f"{self.run.received:,}"

    @property
    def accounts_here(self) -> str:
        return quantity(sum(i.row.stored for i in self.rows if i.row.kind == "users"), "account")

    @property
    def would_end(self) -> int:
        return sum(row.row.would_end for row in self.rows)

    @property
    def poll_ms(self) -> int | None:
        """When to ask again: soon in the first minute, then calmly, then not at all."""
        if not self.is_open:
            return None
        waited = (now() - self.run.queued_at).total_seconds()
        return _POLL_MS if waited < _POLL_SOON_S else _POLL_LATER_MS

    @property
    def events(self) -> list[dict[str, object]]:
        """What happened, newest first, as the timeline takes it."""
        told = list(self._told())
        order = sorted(range(len(told)), key=lambda n: (_when(told[n]), n), reverse=True)
        return [told[number] for number in order]

    def _told(self) -> Iterator[dict[str, object]]:
        run = self.run
        yield {"text": f"Asked for by {run.get_trigger_display()}", "at": run.queued_at}
        for shown in self.rows:
            row = shown.row
            for remark in row.remarks:
                at = datetime.fromisoformat(remark["at"])
                yield {"text": remark["text"], "note": shown.name, "at": at, "icon": "note"}
            if row.finished_at is not None:
                word = shown.state.word.lower()
                yield {
                    "text": f"{shown.name}: {word}",
                    "note": row.reason or shown.reconciliation,
                    "at": row.finished_at,
                    "icon": "circle-check" if row.state == Row.COMPLETE else "alert-triangle",
                }
            elif row.started_at is not None and self.is_open:
                yield {
                    "text": f"Reading {shown.name.lower()}",
                    "note": f"Page {shown.pages}, {row.received:,} rows",
                    "at": now(),
                    "icon": "progress",
                    "state": "now",
                }
        if run.finished_at is not None:
            yield {"text": self.headline, "at": run.finished_at, "icon": self.state.icon}


def run_context(run: SyncRun, *, actor: Actor) -> dict[str, object]:
    """What the templates of a run need, for this reader."""
    connection, shown = run.connection, ShownRun(run)
    ref = str(connection.ref)
    is_held = run.status == Run.HELD
    superseded = is_held and queries.is_superseded(run, actor=actor)
    held = list(queries.held_accounts(run, actor=actor)[:_MOST_HELD]) if is_held else []
    is_first = run.trigger == SyncRun.Trigger.FIRST
    newest = list(queries.newest_accounts(connection, actor=actor)[:_PREVIEW]) if is_first else []
    return {
        "connection": connection,
        "run": run,
        "shown": shown,
        "newest": newest,
        "may_cancel": shown.is_open and actor.may("accounts.sync", connection=ref),
        "may_release": is_held and not superseded and actor.may("sync.release", connection=ref),
        "is_superseded": superseded,
        "held": held,
        "held_more": shown.would_end - len(held),
    }


def duration(seconds: float) -> str:
    """`8 s`, `1 min 10 s`, `2 h 5 min`."""
    whole = max(1, round(seconds))
    if whole < 60:  # noqa: PLR2004 - a minute
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def _when(event: dict[str, object]) -> datetime:
    at = event["at"]
    assert isinstance(at, datetime)  # noqa: S101 - every event has its moment
    return at
