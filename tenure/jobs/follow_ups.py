"""What should run when something changed, without the changer knowing who cares.

A slice that cares registers a task for a topic (in its `tasks.py`, at import); a slice that
changed something announces it inside its transaction. Only jobs are enqueued: nothing runs in the
announcer's transaction, and nothing is announced by a transaction that rolls back.

    follow_up("inventory.changed", run_tests)
    announce("inventory.changed", connection_ref=str(connection.ref))
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django_tasks.base import Task

from tenure.jobs import enqueue

_TASKS: dict[str, list[Task[..., Any]]] = defaultdict(list)


def follow_up(topic: str, task: Task[..., Any]) -> None:
    """Run `task` (with the announcer's arguments) after every announcement of `topic`."""
    if task not in _TASKS[topic]:
        _TASKS[topic].append(task)


def announce(topic: str, **arguments: Any) -> None:  # noqa: ANN401 - what the tasks take, as JSON
    """Enqueue what follows. Announcements that are still waiting are not queued twice."""
    for task in _TASKS[topic]:
        words = ":".join(f"{name}={value}" for name, value in sorted(arguments.items()))
        enqueue(task, key=f"{topic}:{task.module_path}:{words}", **arguments)
