"""A database in memory is one for all threads of a process, and of nobody else."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import connection as ours

from tenure.lib.database_url import database

THREADS, TIMES = 6, 40


def opened(url: str) -> sqlite3.Connection:
    return sqlite3.connect(database(url)["NAME"], uri=True, timeout=20, isolation_level=None)


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite://"])
def test_threads_write_the_same_rows_and_wait_for_each_other(url):
    def count_up(_: int) -> None:
        with closing(opened(url)) as mine:
            for _ in range(TIMES):
                mine.execute("BEGIN IMMEDIATE")
                (n,) = mine.execute("SELECT n FROM counter").fetchone()
                mine.execute("UPDATE counter SET n = ?", [n + 1])
                mine.execute("COMMIT")

    with closing(opened(url)) as kept, ThreadPoolExecutor(THREADS) as pool:
        kept.execute("CREATE TABLE counter (n)")
        kept.execute("INSERT INTO counter VALUES (0)")
        list(pool.map(count_up, range(THREADS)))
        assert kept.execute("SELECT n FROM counter").fetchone() == (THREADS * TIMES,)


def test_it_is_gone_with_its_last_connection():
    with closing(opened("sqlite://")) as kept:
        kept.execute("CREATE TABLE it (n)")
    with closing(opened("sqlite://")) as later:
        assert later.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


@pytest.mark.django_db
@pytest.mark.skipif(ours.vendor != "postgresql", reason="SQLite compiles nothing")
def test_no_question_waits_to_be_compiled():
    with ours.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_what_the_url_says_of_options_holds():
    assert database("postgresql://u:p@h/n")["OPTIONS"] == {"options": "-c jit=off"}
    assert database("postgresql://u:p@h/n?options=-c%20jit%3Don&sslmode=require")["OPTIONS"] == {
        "options": "-c jit=on",
        "sslmode": "require",
    }
