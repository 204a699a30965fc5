"""CSV that a spreadsheet opens without running it: RFC 4180, UTF-8, with a head."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

# The full-width ones are read as the others by spreadsheets in East Asian languages.
_STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_INVISIBLE = ("\t", "\r", "\n")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might compute this instead of showing it.

    See https://owasp.org/www-community/attacks/CSV_Injection.
    """
    return text.startswith(_INVISIBLE) or text.lstrip().startswith(_STARTS)


def harmless(cell: object) -> object:
    """The cell; a text that looks like a formula with an apostrophe before it, numbers as they are.

    cell            -> written
    "=1+1"             "'=1+1"
    "\\t-1"             "'\\t-1"
    -1                 -1
    "A-Team"           "A-Team"
    True               "true"
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"'{cell}" if isinstance(cell, str) and is_formula(cell) else cell


def csv_of(head: Sequence[str], batches: Iterable[Iterable[Sequence[object]]]) -> Iterator[bytes]:
    """The file, a batch of rows at a time."""
    yield _lines([head])
    for rows in batches:
        yield _lines([harmless(cell) for cell in row] for row in rows)


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    written = StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
