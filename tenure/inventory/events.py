"""What happened in a run, as a timeline: the lists of the organization, and of the others a few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from tenure.inventory.lines import CollectionLine
from tenure.inventory.models import SyncRun
from tenure.inventory.summing import KindLine, Line
from tenure.lib.clock import now

_MOST, _LAST = 40, 5
Event = dict[str, object]


def events_of(run: SyncRun, lines: Sequence[Line], *, verdict: Mapping[str, object]) -> list[Event]:
    """Newest first, and not without end; `verdict` is the last one of a run that is over."""
    told: list[Event] = [{"text": f"Asked for by {run.get_trigger_display()}", "at": run.queued_at}]
    for line in lines:
        told += _of_kind(line) if isinstance(line, KindLine) else _of_list(line)
    if run.finished_at is not None:
        told.append({**verdict, "at": run.finished_at})
    order = sorted(range(len(told)), key=lambda n: (_when(told[n]), n), reverse=True)
    return [told[number] for number in order[:_MOST]]


def _of_list(line: CollectionLine) -> Iterator[Event]:
    row = line.row
    for remark in row.remarks:
        at = datetime.fromisoformat(remark["at"])
        yield {"text": remark["text"], "note": line.name, "at": at, "icon": "note"}
    if row.finished_at is not None:
        yield _ended(line, row.finished_at, note=row.reason or line.reconciliation)
    elif row.started_at is not None and line.run_is_open:
        yield _reading(line, note=f"Page {line.pages}, {row.received:,} rows")


def _of_kind(line: KindLine) -> Iterator[Event]:
    """The sum; what was out of the ordinary; and, while it goes on, the last few lists."""
    over = sorted((one for one in line.lines if one.is_over), key=_ended_at)
    waited = [one for one in line.lines if one.row.remarks and not one.is_exceptional]
    for one in (*line.troubled, *waited[-_LAST:]):
        yield from (event for event in _of_list(one) if "state" not in event)
    if not line.is_over:
        for one in over[-_LAST:]:
            yield _ended(one, _ended_at(one), note=one.reason or one.reconciliation)
        if over or any(one.is_being_read for one in line.lines):
            yield _reading(line, note=line.reason)
    elif over:
        yield _ended(line, _ended_at(over[-1]), note=line.reason)


def _ended(line: Line, at: datetime, *, note: str) -> Event:
    is_fine = line.state.tone == ""
    icon = "circle-check" if is_fine else line.state.icon
    return {
        "text": f"{line.name}: {line.state.word.lower()}",
        "note": note,
        "at": at,
        "icon": icon,
    }


def _reading(line: Line, *, note: str) -> Event:
    text = f"Reading {line.name[:1].lower()}{line.name[1:]}"
    return {"text": text, "note": note, "at": now(), "icon": "progress", "state": "now"}


def _ended_at(line: CollectionLine) -> datetime:
    at = line.row.finished_at
    assert at is not None  # noqa: S101 - asked only of lists that are over
    return at


def _when(event: Event) -> datetime:
    at = event["at"]
    assert isinstance(at, datetime)  # noqa: S101 - every event has its moment
    return at
