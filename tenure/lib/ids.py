"""Public identifiers: UUIDv7, so that they sort by creation and reveal no counts."""

from __future__ import annotations

import os
import time
from uuid import UUID

_RANDOM_BYTES = 10


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 of randomness."""
    (digits,) = uuid7s(1)
    return UUID(digits)


def uuid7s(count: int) -> list[str]:
    """So many at once, as 32 digits: asking the system for randomness is what costs."""
    high = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | 0b10 << 62
    random = os.urandom(_RANDOM_BYTES * count)
    return [
        f"{high | (bits >> 68 & 0x0FFF) << 64 | bits & ((1 << 62) - 1):032x}"
        for start in range(0, len(random), _RANDOM_BYTES)
        for bits in (int.from_bytes(random[start : start + _RANDOM_BYTES], "big"),)
    ]


def as_ref(written: UUID | str) -> UUID:
    """The ref that was written; what cannot be one is the ref of nothing."""
    try:
        return written if isinstance(written, UUID) else UUID(written)
    except ValueError:
        return UUID(int=0)
