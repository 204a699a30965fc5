"""What is known of one list: a fingerprint for each record, to tell at once what is unchanged.

Eighteen bytes a row, however many there are. A fingerprint is keyed with the list's own salt, so
that nobody can write a record that is taken for another. It covers the record as received and the
way it is understood: whoever teaches a connector to read more raises `GENERATION`, and each record
is understood anew once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from hashlib import blake2b
from typing import Literal

GENERATION = b"tenure.2"
Fingerprint = Callable[[bytes], int]
# For the first time; as another record before the one that was recognized; or once more.
Came = Literal["first", "before", "again"]


def fingerprints(salt: bytes) -> Fingerprint:
    """The function that makes a list's fingerprints: 64 bits, signed as databases want them."""
    fresh = blake2b(digest_size=8, key=salt, person=GENERATION)

    def fingerprint(raw: bytes) -> int:
        hashed = fresh.copy()
        hashed.update(raw)
        return int.from_bytes(hashed.digest(), "big", signed=True)

    return fingerprint


class Known:
    """The active rows of one list, and which of them this reading has seen.

    Rows without a fingerprint yet come with 0 and are never recognized.
    """

    def __init__(self) -> None:
        self._prints, self._ids = array("q"), array("q")
        self._seen = array("H")  # the page, counted from 1

    def add(self, fingerprint: int, row_id: int) -> None:
        """One row; they come in the order of their fingerprints."""
        self._prints.append(fingerprint)
        self._ids.append(row_id)
        self._seen.append(0)

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, fingerprint: int) -> int | None:
        """The place of the row with this fingerprint; None when there is none."""
        at = bisect_left(self._prints, fingerprint)
        found = at < len(self._prints) and self._prints[at] == fingerprint
        return at if found and fingerprint else None

    def see(self, at: int, page: int) -> bool:
        """Mark the row at a place as seen on a page; False when it was seen before."""
        if self._seen[at]:
            return False
        self._seen[at] = page
        return True

    def see_changed(self, row_id: int, fingerprint: int, page: int) -> Came:
        """Mark the row that came with another record on a page: how it came to that.

        What came first counts. A row that is newer than what is known has come before.
        """
        at = self.find(fingerprint) if fingerprint else self._without_fingerprint.get(row_id)
        if at is None or 0 < self._seen[at] <= page:
            return "again"
        came: Came = "before" if self._seen[at] else "first"
        self._seen[at] = page
        return came

    def fingerprint_at(self, at: int) -> int:
        return self._prints[at]

    @cached_property
    def _without_fingerprint(self) -> dict[int, int]:
        pairs = enumerate(zip(self._prints, self._ids, strict=True))
        return {row_id: at for at, (fingerprint, row_id) in pairs if not fingerprint}

    def unseen(self) -> list[int]:
        """Ids of the rows that were not seen."""
        return [row for row, seen in zip(self._ids, self._seen, strict=True) if not seen]
