"""What a merge did to one list, and what a complete reading of it did not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Merged:
    """What one merge did to one list. Rows that were over and are back count as added."""

    repeated: int = 0
    stored: int = 0
    added: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Ids of rows that a complete reading did not see, those held before first."""

    row_ids: Sequence[int]
    held_before: int

    @property
    def rows(self) -> int:
        return len(self.row_ids)
