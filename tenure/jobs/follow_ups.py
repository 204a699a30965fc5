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

_TASKS: dict[str, dict[Task[..., Any], str]] = defaultdict(dict)


def follow_up(topic: str, task: Task[..., Any], *, one_per: str = "") -> None:
    """Run `task` (with the announcer's arguments) after every announcement of `topic`.

    `one_per` names an argument: of those that share its value, one runs at a time.
    """
    _TASKS[topic][task] = one_per


def announce(topic: str, **arguments: Any) -> None:  # noqa: ANN401 - what the tasks take, as JSON
    """Enqueue what follows. Announcements that are still waiting are not queued twice."""
    for task, one_per in _TASKS[topic].items():
        words = ":".join(f"{name}={value}" for name, value in sorted(arguments.items()))
        lock = f"{task.module_path}:{arguments[one_per]}" if one_per else ""
        enqueue(task, key=f"{topic}:{task.module_path}:{words}", lock=lock, **arguments)
