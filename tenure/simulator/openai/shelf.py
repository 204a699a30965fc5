"""An ordered collection with the provider's habits: cursors, and reads that lag behind writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

import msgspec


class Row(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Row)


class Shelf(Generic[R]):
    """Rows in the order they were added.

    A removed row leaves a gap, so that a cursor naming it still has a place. Each row's JSON is
    made once and kept until the row changes: listing is joining bytes.
    """

    def __init__(self, rows: Iterable[R] = ()) -> None:
        self._rows: list[R | None] = list(rows)
        self._json: list[bytes | None] = [None] * len(self._rows)
        self._at = {row.id: at for at, row in enumerate(self._rows) if row is not None}
        self._live = len(self._rows)
        self._still_listed: dict[str, float] = {}
        self._still_readable: dict[str, tuple[R, float]] = {}
        self._old_json: dict[str, tuple[bytes, float]] = {}
        self._unseen: dict[str, float] = {}

    def __len__(self) -> int:
        return self._live

    def __iter__(self) -> Iterator[R]:
        return (r for r in self._rows if r is not None and r.id not in self._still_listed)

    def get(self, row_id: str) -> R | None:
        """The row as it is now, or None when it is gone."""
        at = self._at.get(row_id)
        return None if at is None or row_id in self._still_listed else self._rows[at]

    def readable(self, row_id: str, *, now: float) -> bytes | None:
        """The row's JSON as a read by id answers it, lagging where told to."""
        self._settle(now)
        if row_id in self._still_readable:
            return msgspec.json.encode(self._still_readable[row_id][0])
        if self.get(row_id) is None or row_id in self._unseen:
            return None
        return self.json_at(self._at[row_id])

    def listed(self, *, now: float) -> Iterator[R]:
        """Every row that lists have, lagging where told to."""
        self._settle(now)
        return (row for row in self._rows if row is not None and row.id not in self._unseen)

    def add(self, row: R, *, now: float = 0.0, seen_after: float = 0.0) -> None:
        """Readers see it only after `seen_after` seconds; what comes under the id of something
        removed is seen at once."""
        if seen_after > 0:
            self._unseen[row.id] = now + seen_after
        if self._still_listed.pop(row.id, None) is not None:
            self._empty(row.id)
        self._still_readable.pop(row.id, None)
        self._at[row.id] = len(self._rows)
        self._rows.append(row)
        self._json.append(None)
        self._live += 1

    def update(
        self, row: R, *, now: float = 0.0, seen_after: float = 0.0, **fields: object
    ) -> None:
        """Change fields of a row; readers see them only after `seen_after` seconds."""
        at = self._at[row.id]
        if seen_after > 0:
            self._old_json[row.id] = (self.json_at(at), now + seen_after)
        for name, value in fields.items():
            setattr(row, name, value)
        self._json[at] = None

    def remove(
        self, row_id: str, *, now: float = 0.0, listed_for: float = 0.0, readable_for: float = 0.0
    ) -> R | None:
        """Take a row away; it may stay visible in lists, or by id, for some seconds more."""
        row = self.get(row_id)
        if row is None:
            return None
        if readable_for > 0:
            self._still_readable[row_id] = (row, now + readable_for)
        self._live -= 1
        if listed_for > 0:
            self._still_listed[row_id] = now + listed_for
        else:
            self._empty(row_id)
        return row

    def position_after(self, cursor: str) -> int | None:
        """Where the page after this cursor starts; None for a cursor never handed out."""
        at = self._at.get(cursor)
        return None if at is None else at + 1

    def is_gone(self, cursor: str) -> bool:
        """True for a cursor that names a row removed since."""
        return cursor in self._at and self.get(cursor) is None

    def page(
        self, start: int, limit: int, *, now: float, hidden: frozenset[str] = frozenset()
    ) -> tuple[list[int], bool]:
        """Positions of up to `limit` visible rows from `start`, and whether more follow."""
        self._settle(now)
        found: list[int] = []
        for at in range(start, len(self._rows)):
            row = self._rows[at]
            if row is None or row.id in self._unseen or (hidden and row.id in hidden):
                continue
            if len(found) == limit:
                return found, True
            found.append(at)
        return found, False

    def id_before(self, at: int) -> str | None:
        """The id of the row that stands before a position, None when it is gone."""
        row = self._rows[at - 1] if 0 < at <= len(self._rows) else None
        return row.id if row is not None else None

    def id_at(self, at: int) -> str:
        row = self._rows[at]
        if row is None:
            raise LookupError(at)
        return row.id

    def json_at(self, at: int) -> bytes:
        row = self._rows[at]
        if self._old_json and row is not None and row.id in self._old_json:
            return self._old_json[row.id][0]
        kept = self._json[at]
        if kept is None:
            kept = self._json[at] = msgspec.json.encode(row)
        return kept

    def _empty(self, row_id: str) -> None:
        at = self._at[row_id]
        self._rows[at] = self._json[at] = None

    def _settle(self, now: float) -> None:
        """Let everything that lagged long enough become visible."""
        for row_id in [i for i, until in self._still_listed.items() if until <= now]:
            del self._still_listed[row_id]
            self._empty(row_id)
        for row_id in [i for i, (_, until) in self._still_readable.items() if until <= now]:
            del self._still_readable[row_id]
        for row_id in [i for i, (_, until) in self._old_json.items() if until <= now]:
            del self._old_json[row_id]
        for row_id in [i for i, until in self._unseen.items() if until <= now]:
            del self._unseen[row_id]
