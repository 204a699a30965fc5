from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TextIO

import msgspec

KEPT = 100_000


class Logged(msgspec.Struct, kw_only=True):
    """One request as it was answered. Never holds a key, only its kind."""

    ts: float
    method: str
    path: str
    query: str
    status: int
    request_id: str
    key: str | None
    outcome: str | None


class RequestLog:
    """The last requests in memory, and all of them as JSON lines in a file when one is named."""

    def __init__(self, path: Path | None = None) -> None:
        self._entries: deque[Logged] = deque(maxlen=KEPT)
        self._file: TextIO | None = path.open("a", buffering=1) if path else None

    def add(self, entry: Logged) -> None:
        self._entries.append(entry)
        if self._file is not None:
            self._file.write(msgspec.json.encode(entry).decode() + "\n")

    def entries(self) -> list[Logged]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
