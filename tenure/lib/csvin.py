"""Reading CSV files that anybody may have made: every good line, and every bad one with its reason.

`,` or `;`; UTF-8 with or without BOM; CRLF or LF. A line that cannot be read harms no other line.
"""

from __future__ import annotations

import _csv
import csv
import io
from collections.abc import Callable, Iterator
from functools import partial

from tenure.lib.errors import Invalid

LONGEST_LINE = 100_000
# More than any company has: every line costs memory, whether it is good or bad.
MOST_LINES, MOST_COLUMNS = 500_000, 200

# Told of a line that is left out: its number and the reason.
Reject = Callable[[int, str], None]
Lines = Iterator[tuple[int, list[str]]]


def open_csv(content: bytes, *, such_as: str) -> tuple[list[str], Callable[[Reject], Lines]]:
    """The names in the first line, and what reads the rest: pairs of line number and cells.

    Invalid when there is no first line; `such_as` shows one.
    """
    # Bytes that are not UTF-8 become surrogates, so that only the lines that hold them suffer.
    text = content.decode("utf-8-sig", errors="surrogateescape")
    if not text.strip():
        raise Invalid(f"The file is empty; its first line names the columns, such as {such_as}.")
    first = text.splitlines()[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    csv.field_size_limit(LONGEST_LINE)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().strip("\ufeff") for name in next(records)]
    except csv.Error as error:
        raise Invalid(f"The first line is not readable as CSV: {error}.") from None
    try:
        names = [clean(name, column="") for name in names]
    except Invalid as refusal:
        raise Invalid(f"The first line {refusal}.") from None
    if len(names) > MOST_COLUMNS:
        raise Invalid(f"The first line names {len(names):,} columns; keep those that are needed.")
    return names, partial(_numbered, records)


def _numbered(records: _csv.Reader, reject: Reject) -> Lines:
    """Each record with the number of the line it begins on; a broken one is told and passed."""
    begins = records.line_num + 1
    while True:
        if begins > MOST_LINES:
            raise Invalid(f"Split the file: it has more than {MOST_LINES:,} lines.")
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            reject(begins, f"not readable as CSV: {error}")
            begins = records.line_num + 1
            continue
        line, begins = begins, records.line_num + 1
        if any(cell.strip() for cell in cells):
            yield line, cells


def clean(cell: str, *, column: str) -> str:
    """A cell without its margins. Invalid when it holds what no text holds."""
    if cell.isascii() and "\x00" not in cell:
        return cell.strip()
    if any("\udc80" <= character <= "\udcff" for character in cell):
        raise Invalid("holds bytes that are not UTF-8; save the file as UTF-8", field=column)
    if "\x00" in cell:
        raise Invalid("holds a NUL character", field=column)
    return cell.strip()


def address(value: str, *, column: str) -> str:
    """An e-mail address as it was written, or nothing. Invalid when it cannot be one."""
    mailbox, _, domain = value.rpartition("@")
    if value and (not mailbox or not domain or len(value.split()) != 1):
        raise Invalid(f"{value!r} is not an e-mail address", field=column)
    return value
