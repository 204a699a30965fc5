from __future__ import annotations

from datetime import date

import pytest

from tenure.lib.csvin import MOST_COLUMNS, MOST_LINES
from tenure.lib.errors import Invalid
from tenure.people.reading import Reading, read_people_csv


def read(text: str | bytes) -> Reading:
    content = text if isinstance(text, bytes) else text.encode()
    return read_people_csv(content, default_zone="UTC")


def reasons(reading: Reading) -> dict[int, str]:
    return {bad["line"]: bad["reason"] for bad in reading.rejected}


def test_it_reads_any_order_of_columns_and_ignores_strange_ones_with_a_note():
    reading = read("shoe size,end_date,Email\n44,2026-11-30,ada@halden.example\n")
    assert reading.rows[0].email == "ada@halden.example"
    assert reading.rows[0].ends_on == date(2026, 11, 30)
    assert reading.notes == ["Ignored columns: shoe_size."]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfemail,name\r\nada@halden.example,Ada\r\n",
        b"email;name\nada@halden.example;Ada\n",
        b'"email","name"\n"ada@halden.example","Ada"',
    ],
    ids=["bom and crlf", "semicolons", "quotes and no last newline"],
)
def test_it_reads_what_spreadsheets_write(content):
    reading = read(content)
    assert [(row.email, row.name) for row in reading.rows] == [("ada@halden.example", "Ada")]
    assert not reading.rejected


def test_bad_lines_are_named_with_their_reason_and_the_rest_is_taken():
    reading = read(
        "email,start_date,end_date,status,time_zone,kind\n"
        "ada@halden.example,,,,,\n"
        "not an address,,,,,\n"
        "bo@halden.example,30.11.2026,,,,\n"
        "cy@halden.example,2026-02-01,2026-01-01,,,\n"
        "di@halden.example,,,gone fishing,,\n"
        "ed@halden.example,,,,Mars/Olympus,\n"
        "fi@halden.example,,,,,robot\n"
        ",,,active,,\n"
        "gu@halden.example,,,,,,surplus\n"
    )
    assert [row.email for row in reading.rows] == ["ada@halden.example"]
    found = reasons(reading)
    assert list(found) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert "not an e-mail address" in found[3]
    assert "2026-11-30" in found[4]
    assert "before start_date" in found[5]
    assert "gone fishing" in found[6]
    assert "Mars/Olympus" in found[7]
    assert "robot" in found[8]
    assert "neither email nor external_id" in found[9]
    assert "7 values for 6 columns" in found[10]


def test_two_lines_with_one_email_are_both_rejected():
    reading = read("email,name\nAda@halden.example,A\nbo@halden.example,B\nada@HALDEN.example,C\n")
    assert [row.name for row in reading.rows] == ["B"]
    assert reasons(reading) == {
        2: "has the same email as line 4",
        4: "has the same email as line 2",
    }


def test_a_line_in_another_encoding_or_with_a_nul_is_rejected_alone():
    reading = read(
        b"email,name\nada@halden.example,Ada\nbo@halden.example,Bj\xf6rn\ncy@halden.example,C\x00y\n"
    )
    assert [row.name for row in reading.rows] == ["Ada"]
    assert "UTF-8" in reasons(reading)[3]
    assert "NUL" in reasons(reading)[4]


def test_line_numbers_stay_true_after_a_value_with_line_breaks():
    reading = read('email,title\nada@halden.example,"Head of\nmany things"\nnobody,x\n')
    assert reading.rows[0].title == "Head of\nmany things"
    assert list(reasons(reading)) == [4]


@pytest.mark.parametrize(
    "content", [b"", b"   \n", b"name,title\nAda,x\n", b"email,email\na@b.c,d\n"]
)
def test_a_file_that_cannot_hold_people_is_refused_with_what_to_do(content):
    with pytest.raises(Invalid):
        read(content)


@pytest.mark.parametrize(
    "line",
    ["9999-12-31,,", ",0001-01-01,", ",,9999-12-31T23:59:59-12:00"],
    ids=["ends never", "began always", "end at"],
)
def test_a_day_at_the_end_of_time_is_rejected_and_not_a_crash(line):
    reading = read(f"end_date,start_date,end_at,email\n{line},ada@halden.example\n")
    assert reasons(reading)[2].endswith("is no real day; leave it empty when there is none")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("email" + ",shoe" * MOST_COLUMNS, "201 columns"),
        ("email\n" + "\n" * MOST_LINES, "more than 500,000 lines"),
    ],
    ids=["wide", "long"],
)
def test_a_file_that_nobody_means_is_refused_before_it_costs_much(content, says):
    with pytest.raises(Invalid, match=says):
        read(content)
