"""Looking on while sync runs are worked on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tenure.cli.output import operator

if TYPE_CHECKING:
    from tenure.inventory.models import SyncRun

_LOOK_EVERY_S, _LOOK_A_LIST_S = 0.25, 0.002


def watch(runs: Sequence[SyncRun], *, out: Console) -> list[SyncRun]:
    """Look until all of them are over, with a bar for each on a terminal."""
    from tenure.inventory import queries
    from tenure.inventory.progress import ShownRun, shown_run

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(
        *columns, TimeElapsedColumn(), console=out, transient=True, disable=not out.is_terminal
    ) as bars:
        tasks = {run.ref: bars.add_task(run.connection.name, total=None, pace="") for run in runs}
        while True:
            found = [queries.run_by_ref(run.ref, actor=operator()) for run in runs]
            # Hundreds of lists are looked at only where somebody sees the bar.
            seen = [
                shown_run(run, actor=operator()) if out.is_terminal else ShownRun(run)
                for run in found
            ]
            for one in seen:
                bars.update(
                    tasks[one.run.ref],
                    total=one.expected_pages,
                    completed=one.run.pages,
                    pace=one.waits or one.pace,
                )
            if not any(one.is_open for one in seen):
                return [one.run for one in seen]
            time.sleep(max(_LOOK_EVERY_S, _LOOK_A_LIST_S * max(len(one.rows) for one in seen)))
