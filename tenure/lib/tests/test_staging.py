from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection as database
from hypothesis import given
from hypothesis import strategies as st

from tenure.lib.staging import StagingTable, storable

COLUMNS = {
    "key": "text",
    "text": "text",
    "flag": "flag",
    "at": "instant",
    "ref": "uuid",
    "list": "json",
}


@pytest.fixture
def staged(db) -> StagingTable:
    made = StagingTable(database, "staged_for_a_test", COLUMNS, key="key")
    made.create()
    yield made
    made.drop()


def row(key: str, text: str = "x"):
    at = dt.datetime(2026, 11, 23, 9, 14, tzinfo=dt.UTC)
    return (key, text, True, at, uuid4(), [["p", "owner"]])


def read(staged: StagingTable, columns: str) -> list[tuple[object, ...]]:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {staged.name} ORDER BY key")  # noqa: S608 - ours
        return cursor.fetchall()


def test_a_key_that_came_before_is_skipped_in_one_page_and_across_pages(staged):
    assert staged.add([row("a", "first"), row("a", "second"), row("b")]) == 2
    assert staged.add([row("b", "again"), row("c")]) == 1
    assert read(staged, "key, text") == [("a", "first"), ("b", "x"), ("c", "x")]


def test_nothing_is_nothing(staged):
    assert staged.add([]) == 0
    staged.add([("a", None, None, None, None, None)])
    assert read(staged, "text, flag, at, ref, list") == [(None, None, None, None, None)]


def test_a_page_larger_than_the_driver_takes_parameters(staged):
    assert staged.add([row(f"{n:06}") for n in range(6_000)]) == 6_000


def test_clearing_leaves_it_usable(staged):
    staged.add([row("a")])
    staged.clear()
    assert staged.add([row("a")]) == 1


@given(text=st.text(st.characters(), max_size=20))
def test_every_text_becomes_storable_and_good_text_stays_itself(text):
    kept = storable(text)
    kept.encode()
    assert "\x00" not in kept
    if "\x00" not in text and not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        assert kept == text


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "\ude00\ud83d", "\x00\ud800é"])
def test_what_no_database_holds_is_replaced(staged, text):
    staged.add([row("a", text)])
    ((kept,),) = read(staged, "text")
    assert "\ufffd" in kept
