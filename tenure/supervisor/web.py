"""The web child: granian, one process of its own with a few threads, beneath one that revives it.

python -m tenure.supervisor.web HOST PORT
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tenure.supervisor.kinship import as_child_of_mine, end_with_parent

THREADS = 8


def load() -> Callable[..., Any]:
    """The application, in the process that serves it."""
    # A killed parent would leave this process behind, serving from a port nobody owns.
    end_with_parent()
    from tenure.config.wsgi import application

    return application


def main(host: str, port: int) -> None:
    """Serve until told to stop."""
    end_with_parent()
    os.environ.update(as_child_of_mine())
    # Not fork: a copy of a process with threads may hold their locks for ever.
    multiprocessing.set_start_method("spawn")
    Granian(
        "tenure.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        # More than the waiting a page does for the database, few enough to share one interpreter.
        blocking_threads=THREADS,
        backpressure=THREADS * 16,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels.error,
        working_dir=Path.cwd(),
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
