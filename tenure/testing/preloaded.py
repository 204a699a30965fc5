"""The command line in processes that need not load its libraries first.

`PYTHONPATH=. python -m tenure.testing.preloaded` loads them, reads orders from standard input, and
for each forks a process that is `tenure` from its first line on: settings, tables and all of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

# What takes long to load and reads no settings.
_LIBRARIES = (
    "apprise",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.models",
    "django.views.generic",
    "rich.table",
    "structlog",
    "tenure.connectors.registry",
    "tenure.connectors.openai.validation",
)


class Preloaded:
    """Starts commands, one after another."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        *words: str,
        cwd: Path | str,
        given: str = "",
        environment: dict[str, str] | None = None,
    ) -> tuple[int, str, str]:
        """The exit code of a command to which `given` is said, and what it wrote.

        Without an `environment` it has the one that this was made with.
        """
        with tempfile.TemporaryDirectory() as directory:
            files = [Path(directory) / name for name in ("in", "out", "err")]
            files[0].write_text(given)
            order = {
                "words": words,
                "cwd": str(cwd),
                "files": [str(file) for file in files],
                "environment": environment,
            }
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            return code, files[1].read_text(), files[2].read_text()

    def stop(self) -> None:
        self._process.communicate()


def _orders() -> dict[str, Any] | None:
    """In each forked process its order; in the first one nothing, at the end."""
    for line in iter(sys.stdin.readline, ""):
        if (child := os.fork()) == 0:
            order: dict[str, Any] = json.loads(line)
            return order
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return None


def _become(order: dict[str, Any]) -> None:
    os.chdir(order["cwd"])
    if (environment := order["environment"]) is not None:
        os.environ.clear()
        os.environ.update(environment)
    for number, (file, mode) in enumerate(zip(order["files"], ("r", "w", "w"), strict=True)):
        with Path(file).open(mode) as opened:
            os.dup2(opened.fileno(), number)
    sys.stdin = os.fdopen(0, "r")


if __name__ == "__main__":
    for library in _LIBRARIES:
        import_module(library)
    if (mine := _orders()) is not None:
        _become(mine)
        from tenure.cli import main

        main(mine["words"])
