"""Public identifiers: UUIDv7, so that they sort by creation and reveal no counts."""

from __future__ import annotations

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 of randomness."""
    return _uuid7(os.urandom(10))


def uuid7s(count: int) -> list[UUID]:
    """Many at once: asking the system for randomness is what takes the time."""
    bits = os.urandom(10 * count)
    return [_uuid7(bits[start : start + 10]) for start in range(0, 10 * count, 10)]


def _uuid7(bits: bytes) -> UUID:
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(bits, "big")
    high = (milliseconds << 16) | 0x7000 | (random >> 68) & 0x0FFF
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    return UUID(int=(high << 64) | low)
