"""A run in words and numbers, as its page, its panels and the command line show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tenure.connections import budget
from tenure.inventory import planning, queries, rules
from tenure.inventory.events import events_of
from tenure.inventory.lines import CollectionLine, Shown, State, listed, name_of
from tenure.inventory.models import HeldEnding, SyncCollection, SyncRun
from tenure.inventory.summing import KindLine, Line, lines_of
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import quantity

_PREVIEW = 8
_POLL_MS, _POLL_LATER_MS, _POLL_SOON_S = 1000, 3000, 60

Run = SyncRun.Status

RUN_STATES: dict[str, Shown] = {
    Run.QUEUED: Shown("", "circle-dashed", "Waiting"),
    Run.RUNNING: Shown("live", "loader-2", "Reading"),
    Run.COMPLETE: Shown("", "check", "Complete"),
    Run.PARTIAL: Shown("amber", "alert-triangle", "Partial"),
    Run.HELD: Shown("amber", "hand-stop", "Held"),
    Run.FAILED: Shown("red", "alert-circle", "Failed"),
    Run.CANCELLED: Shown("", "circle-off", "Cancelled"),
}
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
class ShownRun:
    """A run with everything a page says about it; without its rows, what its own counts say.

    `budget_s` is how long the request budget alone makes the rest take.
    """

    run: SyncRun
    rows: Sequence[SyncCollection] = ()
    budget_s: float = 0.0

    @property
    def is_open(self) -> bool:
        return self.run.status in SyncRun.OPEN

    @property
    def state(self) -> Shown:
        return RUN_STATES[self.run.status]

    @property
    def headline(self) -> str:
        left_out = any(line.unread for line in self.many)
        if self.run.status == Run.COMPLETE and left_out:
            return "Everything planned was read"
        return _HEADLINES[Run(self.run.status)]

    @cached_property
    def lines(self) -> list[Line]:
        return lines_of(self.run, self.rows)

    @property
    def collections(self) -> Iterator[CollectionLine]:
        """Every list by itself."""
        for line in self.lines:
            yield from line.lines if isinstance(line, KindLine) else [line]

    @cached_property
    def wanted(self) -> Counter[str]:
        """Requests that are still to be sent, by family."""
        families = {one.kind: one.family for one in planning.kinds_of(self.run.connection)}
        wanted: Counter[str] = Counter()
        for line in self.collections:
            if not line.is_over:
                pages = line.expected_pages or line.row.pages + 1
                wanted[families.get(line.row.kind, "")] += pages - line.row.pages
        return wanted

    @cached_property
    def expected_pages(self) -> int | None:
        pages = [line.expected_pages for line in self.lines]
        if not pages or None in pages:
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
        if left is None and not self.budget_s:
            return told
        return f"{told}, about {duration(max(left or 0.0, self.budget_s))} left"

    @property
    def waits(self) -> str:
        """Why nothing is being read at the moment, and until when; empty while something is."""
        if not self.is_open or self.run.waits_until is None:
            return ""
        seconds = (self.run.waits_until - now()).total_seconds()
        if seconds < 1:
            return ""
        is_limited = self.run.connection.requests_per_minute is not None
        whom = "for the request budget" if is_limited else "as the provider asked"
        return f"Waiting {whom}, goes on in {duration(seconds)}."

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
    def plan(self) -> str:
        """What it was to take, and did; the first knows nothing and plans nothing."""
        run = self.run
        if run.trigger == SyncRun.Trigger.FIRST or not run.planned_requests:
            return ""
        planned = plan_in_words(run.planned_requests, run.planned_seconds)
        if self.duration_s is None:
            return f"Planned: {planned}."
        sent = quantity(run.requests, "request")
        return f"Planned: {planned}. Sent: {sent} in {duration(self.duration_s)}."

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
        return quantity(sum(r.stored for r in self.rows if r.kind == "users"), "account")

    @property
    def would_end(self) -> int:
        return sum(row.would_end for row in self.rows)

    @property
    def held_lists(self) -> int:
        return sum(row.would_end > 0 for row in self.rows)

    @property
    def many(self) -> list[KindLine]:
        return [line for line in self.lines if isinstance(line, KindLine)]

    @property
    def tells_moved(self) -> bool:
        """In the first sync everything is new, and nothing of that is news."""
        return self.run.trigger != SyncRun.Trigger.FIRST

    @property
    def incomplete(self) -> str:
        """The lists that broke off."""
        return listed([one.name for one in self._broken])

    @property
    def why_incomplete(self) -> str:
        return next((one.reason for one in self._broken), "")

    @property
    def what_of_it(self) -> str:
        """What a list that broke off means for it and for the rest."""
        whole = not any(one.row.state == State.UNAVAILABLE for one in self.collections)
        rest = "Everything else was synced." if whole else "What else could be read was synced."
        of_it = "it" if len(self._broken) == 1 else "them"
        return f"What was read of {of_it} is kept, and nothing of {of_it} was ended. {rest}"

    @cached_property
    def _broken(self) -> list[CollectionLine]:
        return [one for one in self.collections if one.row.state == State.INCOMPLETE]

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
        verdict = {"text": self.headline, "icon": self.state.icon}
        return events_of(self.run, self.lines, verdict=verdict)


def shown_run(run: SyncRun, *, asks_budget: bool = True, actor: Actor) -> ShownRun:
    """A run and its lists. Two queries while it is open under a budget, else one."""
    shown = ShownRun(run, queries.collections_of_run(run, actor=actor))
    is_limited = run.connection.requests_per_minute is not None
    if not (asks_budget and is_limited and shown.is_open and shown.rows):
        return shown
    return replace(shown, budget_s=budget.seconds_for(run.connection, shown.wanted))


def run_context(run: SyncRun, *, asks_budget: bool = True, actor: Actor) -> dict[str, object]:
    """What the templates of a run need, for this reader; it comes from run_by_ref or latest_run."""
    connection, shown = run.connection, shown_run(run, asks_budget=asks_budget, actor=actor)
    ref = str(connection.ref)
    is_held, superseded = run.status == Run.HELD, run.is_superseded  # type: ignore[attr-defined] # an annotation
    held = queries.held_endings(run, actor=actor) if is_held else []
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
        "held": list(_held_lists(shown, held)),
    }


def _held_lists(shown: ShownRun, endings: Iterable[HeldEnding]) -> Iterator[dict[str, object]]:
    """What is missing of each held list: the first by name, and how many more."""
    of_list: dict[str, list[HeldEnding]] = {}
    for ending in endings:
        of_list.setdefault(ending.key, []).append(ending)
    would_end = {row.key: row for row in shown.rows if row.would_end}
    for number, (key, some) in enumerate(of_list.items(), start=1):
        count = would_end[key].would_end if key in would_end else len(some)
        yield {
            "head_id": f"h-held-{number}",
            "title": "Missing from " + name_of(key.partition(":")[0], some[0].resource_name or ""),  # type: ignore[attr-defined] # an annotation
            "count": f"{count:,}",
            "rows": [_missing(one) for one in some],
            "more": count - len(some),
        }


def _missing(ending: Any) -> dict[str, object]:  # noqa: ANN401 - with its annotations
    """Who or what a held list no longer has, by the best name there is."""
    names = (ending.account_name, ending.missing_resource, ending.invited, ending.account_email)
    return {
        "name": next(filter(None, names), ending.external_id),
        "note": ending.account_email or ending.external_id,
        "account_ref": ending.account_ref,
        "kind": ending.account_kind or ("project" if ending.missing_resource else "invitation"),
    }


def plan_in_words(requests: int, seconds: float | None) -> str:
    """≈ 214 requests, 5 min; no time where nothing limits the pace."""
    told = f"≈ {quantity(requests, 'request')}"
    return told if seconds is None else f"{told}, {duration(seconds)}"


def duration(seconds: float) -> str:
    """`8 s`, `1 min 10 s`, `12 min`, `2 h 5 min`."""
    whole = max(1, round(seconds))
    if whole < 60:  # noqa: PLR2004 - a minute
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 10:  # noqa: PLR2004 - beyond, nobody counts seconds
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    minutes = round(whole / 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
