"""Work that comes round by itself: declared in code, its next time kept in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks.base import Task

from tenure.lib.clock import now


@dataclass(frozen=True, slots=True)
class Declared:
    """One schedule as a `tasks.py` declares it."""

    name: str
    every: timedelta
    task: Task[..., Any]


declared: dict[str, Declared] = {}


def schedule(name: str, *, every: float, task: Task[..., Any], queue: str = "rest") -> None:
    """Run `task`, which takes no arguments, each `every` seconds. Call it in `<slice>/tasks.py`."""
    twin = declared.get(name)
    if twin and twin.task.module_path != task.module_path:
        raise ValueError(f"two schedules are called {name}")
    declared[name] = Declared(name, timedelta(seconds=every), task.using(queue_name=queue))


def write_missing() -> None:
    """Give each declared schedule its row, and a time that is at most its interval away: one
    farther ahead is from before the clock was put back, or the interval became shorter.
    """
    from tenure.jobs.models import Schedule

    there = {row.name: row for row in Schedule.objects.filter(name__in=declared)}
    if missing := [Schedule(name=name) for name in declared if name not in there]:
        Schedule.objects.bulk_create(missing, ignore_conflicts=True)
    instant = now()
    for name, row in there.items():
        if row.next_at > instant + declared[name].every:
            Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=instant)


def fire_due() -> int:
    """Enqueue what is due. However many workers call this, each tick fires once. Their number.

    Ticks missed while no worker ran are not made up for: one run sees everything there is.
    """
    from tenure.jobs.models import Schedule

    instant, fired = now(), 0
    for row in Schedule.objects.filter(name__in=declared, next_at__lte=instant):
        with transaction.atomic():
            due = Schedule.objects.filter(pk=row.pk, next_at=row.next_at)
            if due.update(next_at=_after(row.next_at, declared[row.name].every, instant)):
                _enqueue(declared[row.name])
                fired += 1
    return fired


def _after(due_at: datetime, every: timedelta, instant: datetime) -> datetime:
    return due_at + every * ((instant - due_at) // every + 1)


def _enqueue(entry: Declared) -> None:
    from tenure.jobs import enqueue

    enqueue(entry.task, key=f"schedule:{entry.name}")
