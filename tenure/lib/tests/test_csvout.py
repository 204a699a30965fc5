"""What a spreadsheet reads is what was written, and never a formula."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.lib.csvout import csv_of, harmless, is_formula

CELLS = st.one_of(st.text(), st.integers(), st.booleans())


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n", "  =1", "\uff1d1", "\u00a0@x", "-"],
)
def test_what_looks_like_a_formula_gets_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["A-Team", "1+1", "", "'=1", " mei", -1, 0])
def test_what_does_not_stays_as_it_is(cell):
    assert harmless(cell) == cell


@given(st.text())
def test_no_text_is_a_formula_afterwards(text):
    assert not is_formula(str(harmless(text)))
    assert str(harmless(text)).endswith(text)


@given(st.lists(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4), max_size=4))
def test_every_row_comes_back(batches):
    file = b"".join(csv_of(["a", "b"], batches)).decode()
    read = list(csv.reader(StringIO(file, newline="")))
    written = [[str(harmless(cell)) for cell in row] for rows in batches for row in rows]
    assert read == [["a", "b"], *written]
    assert file.startswith("a,b\r\n")
