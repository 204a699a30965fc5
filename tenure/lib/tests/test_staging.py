from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection as database
from hypothesis import given
from hypothesis import strategies as st

from tenure.jobs.models import Schedule
from tenure.lib.ids import uuid7s
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
    made = StagingTable(database, "staged_for_a_test", COLUMNS)
    made.create()
    yield made
    made.drop()


def row(key: str, text: str = "x"):
    at = dt.datetime(2026, 11, 23, 9, 14, tzinfo=dt.UTC)
    return [key, text, True, at, *uuid7s(1), [["p", "owner"]]]


def read(staged: StagingTable, columns: str) -> list[tuple[object, ...]]:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {staged.name} ORDER BY 1")  # noqa: S608 - ours
        return cursor.fetchall()


def test_rows_arrive_in_order_and_in_any_number_of_calls(staged):
    staged.add([row("b"), row("a", "first")])
    staged.add([row("c")])
    assert read(staged, "key, text") == [("a", "first"), ("b", "x"), ("c", "x")]


def test_an_instant_equals_the_one_that_the_orm_wrote(staged):
    for microsecond in (0, 250_000):
        at = dt.datetime(2026, 11, 23, 9, 14, 1, microsecond, tzinfo=dt.UTC)
        Schedule.objects.create(name=f"s{microsecond}", next_at=at)
        staged.add(
            [["a", "x", True, at.astimezone(dt.timezone(dt.timedelta(hours=2))), None, None]]
        )
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {staged.name} s JOIN jobs_schedule j ON j.next_at = s.at"  # noqa: S608 - ours
        )
        assert cursor.fetchone() == (2,)


def test_nothing_is_nothing(staged):
    staged.add([])
    staged.add([["a", None, None, None, None, None]])
    assert read(staged, "text, flag, at, ref, list") == [(None, None, None, None, None)]


def test_a_page_larger_than_the_driver_takes_parameters(staged):
    staged.add([row(f"{n:06}") for n in range(6_000)])
    assert read(staged, "count(*), max(key)") == [(6_000, "005999")]


def test_clearing_leaves_it_usable(staged):
    staged.add([row("a")])
    staged.clear()
    staged.add([row("b")])
    assert read(staged, "key") == [("b",)]


@given(text=st.text(st.characters(), max_size=20))
def test_every_text_becomes_storable_and_good_text_stays_itself(text):
    kept = storable(text)
    kept.encode()
    assert "\x00" not in kept
    if "\x00" not in text and not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        assert kept == text


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "\ude00\ud83d", "\x00\ud800é"])
def test_what_no_database_holds_is_replaced(staged, text):
    staged.add([row("a", storable(text))])
    ((kept,),) = read(staged, "text")
    assert "\ufffd" in kept
