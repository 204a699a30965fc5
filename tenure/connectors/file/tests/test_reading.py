from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tenure.connectors.file.columns import check, guess
from tenure.connectors.file.reading import read_table
from tenure.lib.csvin import LONGEST_LINE
from tenure.lib.errors import Invalid

WHOLE = (
    "Member ID,Email address,Full Name,Seat,Status,Last active,Created,Type\n"
    "7,Ada@Example.com,Ada Berg,Editor,Active,2026-11-01,2025-01-01T10:00:00+02:00,user\n"
    "8,bot@example.com,Bot,,disabled,never,,Bot\n"
    "9,old@example.com,Old,,deleted,,,\n"
)


def test_columns_are_guessed_from_what_systems_call_them():
    table = read_table(WHOLE.encode())
    assert table.columns == {
        "id": "Member ID",
        "email": "Email address",
        "name": "Full Name",
        "role": "Seat",
        "status": "Status",
        "last_login": "Last active",
        "added": "Created",
        "kind": "Type",
    }
    ada, bot = table.accounts
    assert (ada.external_id, ada.email, ada.name, ada.role) == (
        *("7", "Ada@Example.com", "Ada Berg", "Editor"),
    )
    assert ada.last_used_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert ada.added_at == datetime(2025, 1, 1, 8, tzinfo=UTC)
    assert (bot.is_service, bot.status, bot.last_used_at) == (True, "suspended", None)
    assert (table.lines, table.aside, table.rejected) == (3, 1, [])


def test_without_an_id_the_address_identifies_whatever_its_case():
    (one,) = read_table(b"email\nAda@Example.com\n").accounts
    assert one.external_id == "ada@example.com"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfemail,name\nada@example.com,Ada\n",
        b"email;name\r\nada@example.com;Ada\r\n",
        b'"email","name"\n"ada@example.com","Ada"',
        b"name,email\n\nAda,ada@example.com\n\n",
    ],
    ids=["with BOM", "semicolons and CRLF", "quoted", "other order, empty lines"],
)
def test_files_as_programs_write_them(content):
    (one,) = read_table(content).accounts
    assert (one.email, one.name) == ("ada@example.com", "Ada")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b",Ada", "has no email"),
        (b"ada,Ada", "'ada' is not an e-mail address"),
        (b"ada@example.com,Andr\xe9", "holds bytes that are not UTF-8; save the file as UTF-8"),
        (b"ada@example.com,A\x00da", "holds a NUL character"),
        (b"ada@example.com,Ada,,,,more", "has 6 values for 5 columns"),
        (b"ada@example.com," + b"x" * 201, "name is longer than 200 characters"),
        (b"ada@example.com," + b"x" * (LONGEST_LINE + 1), "not readable as CSV: "),
        (b"ada@example.com,Ada,odd", "status 'odd' is unknown; write active, suspended or dele"),
        (b"ada@example.com,Ada,,odd", "kind 'odd' is unknown; write user or service"),
        (b"ada@example.com,Ada,,,11/30/2026", "added '11/30/2026' is no day or instant such as"),
        (b"ada@example.com,Ada,,,0001-01-01T00:00+05:00", "is no day or instant such as"),
        (b"bo@example.com,Twin", "has the same email as line 3"),
    ],
)
def test_a_bad_line_is_named_and_harms_no_other(line, reason):
    table = read_table(b"email,name,status,kind,added\n" + line + b"\nBO@example.com,Bo\n")
    assert reason in table.rejected[0].reason
    assert table.rejected[0].line == 2
    is_twin = line.startswith(b"bo@")
    assert [one.email for one in table.accounts] == ([] if is_twin else ["BO@example.com"])


def test_a_formula_stays_the_text_it_is():
    (one,) = read_table(b"email,name\nada@example.com,=1+1\n").accounts
    assert one.name == "=1+1"


@pytest.mark.parametrize(
    ("content", "columns", "says"),
    [
        (b"", None, "The file is empty"),
        (b" \n\n", None, "The file is empty"),
        (b"x" * (LONGEST_LINE + 1), None, "The first line is not readable as CSV"),
        (b"shoe,size\n1,2\n", None, "Choose the column with the account's id or its e-mail"),
        (b"email,a\nx@y,1\n", {"email": "mail"}, "The file has no column 'mail'"),
        (b"a,a\nx@y,1\n", {"email": "a"}, "The file has more than one column 'a'"),
        (b"email\nx@y\n", {"email": "email", "shoe": "email"}, "Tenure knows no field 'shoe'"),
        (b",".join([b"email"] * 201), None, "The first line names 201 columns"),
    ],
)
def test_a_file_in_which_nothing_can_be_an_account_is_refused_in_one_sentence(
    content, columns, says
):
    with pytest.raises(Invalid, match=says) as refused:
        read_table(content, columns)
    assert "\n" not in str(refused.value)


def test_a_column_is_taken_for_one_thing_only():
    assert guess(["Login", "E-Mail", "Type"]) == {"id": "Login", "email": "E-Mail", "kind": "Type"}
    assert guess(["name", "", "shoe"]) == {"name": "name"}
    assert check({"id": " a ", "name": ""}, ["a"]) == {"id": "a"}
