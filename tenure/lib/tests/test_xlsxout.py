"""A workbook that any reader of the format finds its way in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tenure.lib import xlsxout
from tenure.lib.xlsxout import MOST_SIGNS, xlsx_of
from tenure.testing.books import sheets_of_xlsx

CELLS = st.one_of(st.text(), st.integers(), st.booleans())
BATCHES = st.lists(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4), max_size=4)


def written(batches, title: str = "Things") -> dict[str, list[list[object]]]:
    return sheets_of_xlsx(b"".join(xlsx_of(title, ["A thing", "Another"], batches)))


@given(BATCHES)
def test_every_cell_comes_back_as_what_it_was_and_none_is_a_formula(batches):
    rows = [row for some in batches for row in some]
    assert written(batches) == {"Things": [["A thing", "Another"], *rows]}


def test_signs_that_xml_cannot_hold_come_back_too():
    row = ["\x00\x01\x1f\r\n\t\ufffe", " _x0041_ <&>\"' "]
    assert written([[row]])["Things"][1] == row


@given(BATCHES)
def test_what_one_sheet_cannot_hold_is_on_the_next(batches):
    most, xlsxout.MOST_ROWS = xlsxout.MOST_ROWS, 3
    try:
        sheets = written(batches, title="A rather long name of a list of things")
    finally:
        xlsxout.MOST_ROWS = most
    rows = [row for some in batches for row in some]
    assert [row for sheet in sheets.values() for row in sheet[1:]] == rows
    assert all(2 <= len(sheet) <= 3 for sheet in sheets.values()) or not rows
    assert len(sheets) == max(1, -(-len(rows) // 2))
    assert all(len(name) <= 31 for name in sheets)


def test_a_text_that_no_cell_holds_is_cut_and_says_so():
    (_, (cut, whole)) = written([[["😀" * MOST_SIGNS, "x" * MOST_SIGNS]]])["Things"]
    assert cut.endswith("😀…")
    assert len(cut.encode("utf-16-le")) // 2 <= MOST_SIGNS
    assert whole == "x" * MOST_SIGNS


def test_it_is_sent_in_pieces():
    batches = [[["x" * 50, n] for n in range(1000)] for _ in range(50)]
    pieces = [len(piece) for piece in xlsx_of("Things", ["A", "B"], batches)]
    assert len(pieces) > 50
    assert max(pieces) < 200_000
