"""Public identifiers: UUIDv7, so that they sort by creation and reveal no counts."""

from __future__ import annotations

import os
import time
from uuid import UUID

_RANDOM_BYTES = 10
_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 of randomness."""
    (digits,) = uuid7s(1)
    return UUID(digits)


def uuid7s(count: int) -> list[str]:
    """So many at once, as 32 digits: asking the system for randomness is what costs."""
    version = f"{time.time_ns() // 1_000_000:012x}7"
    random = os.urandom(_RANDOM_BYTES * count).hex()
    return [
        # The variant's two bits take the place of two random ones.
        f"{version}{random[at : at + 3]}{_VARIANT[random[at + 3]]}{random[at + 4 : at + 19]}"
        for at in range(0, len(random), 2 * _RANDOM_BYTES)
    ]


def as_ref(written: UUID | str) -> UUID:
    """The ref that was written; what cannot be one is the ref of nothing."""
    try:
        return written if isinstance(written, UUID) else UUID(written)
    except ValueError:
        return UUID(int=0)
