from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import merge
from pathlib import Path
from typing import TextIO

import msgspec

KEPT = 100_000
"""So many reads of lists; whatever is about one thing by its id is kept for good."""


class Logged(msgspec.Struct, kw_only=True):
    """One request as it was answered. Never holds a key, only its kind.

    `target` is the id of the one thing it is about, empty for a list. `outcome` is what a request
    that changes something did: committed, committed_unreported (done, and the answer does not say
    so), refused or nothing.
    """

    ts: float
    method: str
    path: str
    query: str
    status: int
    request_id: str
    key: str | None
    outcome: str | None
    target: str = ""
    seq: int = 0

    @property
    def thing(self) -> str:
        """The path of the one thing, also when it was added to the list where it is."""
        is_its_own = self.path.endswith(f"/{self.target}")
        return self.path if is_its_own else f"{self.path}/{self.target}"


class Change(msgspec.Struct, kw_only=True):
    """A request to change something, and the reads of the same thing since the change before.

    What is invited has no id that could be read, so there a read of the list is one of it.
    """

    request: Logged
    reads: list[Logged]


class RequestLog:
    """Requests in memory, and all of them as JSON lines in a file when one is named."""

    def __init__(self, path: Path | None = None) -> None:
        self._lists: deque[Logged] = deque(maxlen=KEPT)
        self._singles: list[Logged] = []
        self._count = 0
        self._file: TextIO | None = path.open("a", buffering=1) if path else None

    def add(self, entry: Logged) -> None:
        self._count += 1
        entry.seq = self._count
        of_a_list = entry.method == "GET" and not entry.target
        (self._lists if of_a_list else self._singles).append(entry)
        if self._file is not None:
            self._file.write(msgspec.json.encode(entry).decode() + "\n")

    def entries(self) -> list[Logged]:
        """In the order of their arrival."""
        return list(merge(self._lists, self._singles, key=lambda entry: entry.seq))

    def about(self, target: str) -> list[Logged]:
        """What concerned the thing with this id: by the id, or a list that it would be in."""
        things = {entry.thing for entry in self._singles if entry.target == target}
        lists = {thing.rpartition("/")[0] for thing in things}
        return [
            entry
            for entry in self.entries()
            if entry.target == target or (entry.method == "GET" and entry.path in lists)
        ]

    def changes(self) -> Iterator[Change]:
        """Every request to change something, in order."""
        reads: dict[str, list[Logged]] = {}
        before: dict[str, int] = {}
        for entry in self._singles:
            if entry.method == "GET":
                reads.setdefault(entry.thing, []).append(entry)
                continue
            seen = reads.pop(entry.thing, [])
            if "@" in entry.target:
                since, before[entry.thing] = before.get(entry.thing, 0), entry.seq
                seen += [
                    read
                    for read in self._lists
                    if read.path == entry.path and since < read.seq < entry.seq
                ]
            yield Change(request=entry, reads=seen)

    def clear(self) -> None:
        self._lists.clear()
        self._singles.clear()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
