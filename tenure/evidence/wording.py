"""How states of bundles are shown."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """A state: tone, icon and word."""

    tone: str
    icon: str
    word: str


STATES = {
    "queued": Said("", "clock", "Waiting"),
    "building": Said("amber", "loader-2", "Being made"),
    "finished": Said("green", "shield-check", "Signed"),
    "failed": Said("red", "alert-circle", "Failed"),
}


def size(count: int) -> str:
    """`12.3 MB`, as people read it."""
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return f"{count} bytes"
