"""An Excel workbook, written as it is sent: one batch of rows in memory, whatever their number.

Texts are inline strings, which are never formulas (ECMA-376 part 1, 18.3.1.53). The parts of the
package come in the order in which they are known; a reader finds them by the index at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import RawIOBase
from typing import Any, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from tenure.lib.csvout import is_formula

MOST_ROWS: Final = 1_048_576  # of a sheet, its head among them; what Excel opens
MOST_SIGNS: Final = 32_767  # of a cell, in UTF-16 units
_MOST_BYTES: Final = 1 << 30  # of a sheet, far from where ZIP needs an extension Excel refuses
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What XML cannot hold or would change, and what looks like the escape of it (18.18.97 ST_Xstring).
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def xlsx_of(
    title: str, head: Sequence[str], batches: Iterable[Iterable[Sequence[object]]]
) -> Iterator[bytes]:
    """The file in pieces; a sheet that is full goes on in the next one."""
    outlet, sheets = _Outlet(), 0
    rows = _Rows(batches)
    with ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=1) as book:
        _put(book, "xl/styles.xml", _STYLES)
        while sheets == 0 or not rows.are_over:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                for piece in _sheet(head, rows):
                    sheet.write(piece.encode())
                    yield outlet.taken()
        for name, part in _closing(title, sheets).items():
            _put(book, name, _XML + part)
    yield outlet.taken()


def _put(book: ZipFile, name: str, part: str) -> None:
    """A part without the time of day: the same rows are the same file."""
    with book.open(name, "w") as opened:
        opened.write(part.encode())


class _Outlet(RawIOBase):
    """Where the archive is written, and from where it is sent on; nobody can go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: Any) -> int:  # noqa: ANN401 - any buffer
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class _Rows:
    """The rows that are still to come, in batches cut where a sheet ends."""

    def __init__(self, batches: Iterable[Iterable[Sequence[object]]]) -> None:
        self._batches = iter(batches)
        self._rest: list[Sequence[object]] = []
        self.are_over = False

    def some(self, most: int) -> list[Sequence[object]]:
        """Up to so many; empty at the end."""
        while not self._rest and not self.are_over:
            batch = next(self._batches, None)
            self.are_over = batch is None
            self._rest = list(batch or ())
        some, self._rest = self._rest[:most], self._rest[most:]
        return some


def _sheet(head: Sequence[str], rows: _Rows) -> Iterator[str]:
    last = _letters(len(head))
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f'</sheetView></sheetViews><cols><col min="1" max="{len(head)}" width="24"'
        f' customWidth="1"/></cols><sheetData>{_row(head, style=1)}'
    )
    count, size = 1, 0
    while size < _MOST_BYTES and (some := rows.some(MOST_ROWS - count)):
        count += len(some)
        piece = "".join(map(_row, some))
        size += len(piece)
        yield piece
    yield f'</sheetData><autoFilter ref="A1:{last}{count}"/></worksheet>'


def _row(cells: Sequence[object], style: int = 0) -> str:
    return f"<row>{''.join(_cell(cell, style) for cell in cells)}</row>"


def _cell(cell: object, style: int) -> str:
    if isinstance(cell, bool):
        return f'<c t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, int):
        return f"<c><v>{cell}</v></c>"
    text = str(cell)
    if not text:
        return "<c/>"
    # Style 2 keeps it a text when somebody edits the cell.
    style = 2 if is_formula(text) else style
    said = f' s="{style}"' if style else ""
    written = escape(_ESCAPED.sub(_as_escape, _cut(text)))
    return f'<c t="inlineStr"{said}><is><t xml:space="preserve">{written}</t></is></c>'


def _as_escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _cut(text: str) -> str:
    """The text as far as a cell holds it."""
    if len(text) * 2 <= MOST_SIGNS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_SIGNS:
        return text
    return units[: 2 * (MOST_SIGNS - 1)].decode("utf-16-le", errors="ignore") + "…"


def _letters(number: int) -> str:
    """1 is A, 27 is AA."""
    before, letter = divmod(number - 1, 26)
    return (_letters(before) if before else "") + chr(65 + letter)


def _closing(title: str, sheets: int) -> dict[str, str]:
    """What names the sheets."""
    numbers = range(1, sheets + 1)
    names = [f"{title[:25]} {n}" if n > 1 else title[:31] for n in numbers]
    listed = "".join(
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    links = "".join(_link(n, f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    styles = _link(sheets + 1, f"{_OFFICE}/styles", "styles.xml")
    document = _link(1, f"{_OFFICE}/officeDocument", "xl/workbook.xml")
    overrides = {"xl/workbook.xml": "sheet.main+xml", "xl/styles.xml": "styles+xml"}
    overrides |= {f"xl/worksheets/sheet{n}.xml": "worksheet+xml" for n in numbers}
    parts = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPE}.{kind}"/>'
        for name, kind in overrides.items()
    )
    links_of = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    return {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{links_of}{links}{styles}</Relationships>",
        "_rels/.rels": f"{links_of}{document}</Relationships>",
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>',
    }


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'


_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
    '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"'
    ' applyNumberFormat="1"/></cellXfs></styleSheet>'
)
