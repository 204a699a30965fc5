"""Rows as bytes that are the same on every database. Pure: no framework.

One JSON object a line; keys in the order of the schema, texts in UTF-8 as they were received,
instants as RFC 3339 in UTC with milliseconds, days as ISO dates, no fractions. Whoever declares a
part hands its rows over in order of the provider's ids by their bytes.
"""

from __future__ import annotations

import hashlib
import types
import typing
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

import msgspec

from tenure.lib import structs
from tenure.lib.clock import rfc3339

# Enough to be fast, few enough to be nothing.
BATCH = 2_000
_PLAIN = (str, int, bool, type(None))


class Row(msgspec.Struct, frozen=True):
    """One row of a part. Its fields are texts, whole numbers, yes or no, and lists of texts."""


class Written(typing.NamedTuple):
    """What a file came to."""

    sha256: str
    bytes: int
    rows: int


def instant(at: datetime | None) -> str | None:
    """An instant as a row has it."""
    return None if at is None else rfc3339(at)


def day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def sort_key(*parts: object) -> tuple[bytes, ...]:
    """The order of rows: by bytes, as PostgreSQL sorts COLLATE "C" and SQLite sorts BINARY."""
    return tuple(str("" if part is None else part).encode() for part in parts)


def write_lines(rows: Iterable[Row], out: BinaryIO) -> Written:
    """Write the rows and take their digest, some at a time."""
    encode, total = msgspec.json.Encoder().encode_lines, hashlib.sha256()
    count = size = 0
    for batch in batches(rows):
        lines = encode(batch)
        total.update(lines)
        out.write(lines)
        count += len(batch)
        size += len(lines)
    return Written(total.hexdigest(), size, count)


def read_lines(lines: Iterable[bytes], row: type[Row]) -> Iterator[list[Row]]:
    """The rows of a file again, some at a time."""
    decode = structs.decoder(row).decode
    yield from batches(decode(line) for line in lines)


def batches(rows: Iterable[Row], most: int = BATCH) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some


def check_schema(row: type[Row]) -> None:
    """Refuse a schema whose bytes could differ from one machine to the next."""
    for name, kind in typing.get_type_hints(row).items():
        if not all(one in _PLAIN or one == list[str] for one in _members(kind)):
            raise TypeError(
                f"{row.__name__}.{name}: texts, whole numbers, yes or no, and nothing else"
            )


def _members(kind: object) -> tuple[object, ...]:
    is_union = isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union
    return typing.get_args(kind) if is_union else (kind,)
