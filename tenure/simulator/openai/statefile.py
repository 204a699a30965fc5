"""The organization in a file: read at the start, replaced whole after changes."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tenure.simulator.openai.model import Saved


class BadStateError(ValueError):
    """The state file cannot be read; the message says why."""


def load(path: Path) -> Saved | None:
    """What the file holds, or None when there is none yet."""
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Saved)
    except (OSError, msgspec.DecodeError) as error:
        raise BadStateError(f"The state file cannot be used: {error}.") from error


def save(path: Path, saved: Saved) -> None:
    """Replace the file; a reader sees the old or the new one, never half of it."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(saved))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
