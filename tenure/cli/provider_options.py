"""What commands that speak to a provider are given: a key and a pace.

A key comes from a file or from standard input, never from the command line, which every user of
the machine can read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.output import stop

KeyFile = Annotated[Path | None, typer.Option("--api-key-file", help="file with the key")]
KeyStdin = Annotated[bool, typer.Option("--api-key-stdin", help="read the key from stdin")]
Rpm = Annotated[str, typer.Option("--rpm", metavar="N|off", help="requests per minute")]


def key_given(file: Path | None, *, from_stdin: bool) -> str:
    """The key from the one place that was named."""
    if (file is None) == (not from_stdin):
        stop("Give the key by --api-key-file FILE or by --api-key-stdin, and by one of them only.")
    return sys.stdin.read().strip() if file is None else key_in(file)


def key_in(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        stop(f"{file} cannot be read; check the path and its permissions.")


def budget_given(rpm: str) -> int | None:
    """The requests per minute that were typed; None for off."""
    if rpm == "off":
        return None
    if not rpm.isdecimal():
        stop("Write --rpm as a number of requests per minute, or off.")
    return int(rpm)
