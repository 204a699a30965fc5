"""The formats of an export, and the name of its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from ninja import Schema

from tenure.lib.csvout import csv_of
from tenure.lib.errors import Invalid
from tenure.lib.listing import Cell, Column
from tenure.lib.xlsxout import xlsx_of

Batches = Iterable[Sequence[Schema]]


class Format(NamedTuple):
    """How rows are written: in words, for browsers, and the writing itself, in pieces."""

    label: str
    media_type: str
    written: Callable[[str, Sequence[Column], Batches], Iterator[bytes]]


def format_named(name: str) -> Format:
    """The format; an unknown one is refused by name."""
    if name not in FORMATS:
        raise Invalid(f"Choose a format from {', '.join(FORMATS)}.", field="format")
    return FORMATS[name]


def file_name(list_name: str, narrowed: Iterable[str], at: datetime, format_name: str) -> str:
    """What, which filter and when: `tenure-accounts-leavers-20261127T161834Z.csv`."""
    said = (re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:40] for value in narrowed)
    parts = ("tenure", list_name, *filter(None, said), f"{at:%Y%m%dT%H%M%SZ}")
    return f"{'-'.join(parts)}.{format_name}"


def _csv(_title: str, columns: Sequence[Column], batches: Batches) -> Iterator[bytes]:
    return csv_of([column.name for column in columns], _cells(columns, batches))


def _xlsx(title: str, columns: Sequence[Column], batches: Batches) -> Iterator[bytes]:
    return xlsx_of(title, [column.label for column in columns], _cells(columns, batches))


def _jsonl(_title: str, _columns: Sequence[Column], batches: Batches) -> Iterator[bytes]:
    for rows in batches:
        yield b"".join(row.model_dump_json().encode() + b"\n" for row in rows)


def _cells(columns: Sequence[Column], batches: Batches) -> Iterator[list[list[Cell]]]:
    for rows in batches:
        yield [[column.cell(row) for column in columns] for row in rows]


FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8; header=present", _csv),
    "xlsx": Format(
        "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx
    ),
    "jsonl": Format("JSON lines", "application/jsonl", _jsonl),
}
