"""A program exports what a page offers for download: the same file."""

from __future__ import annotations

import json

import pytest

from tenure.audit.models import AuditEvent
from tenure.exports.formats import FORMATS
from tenure.testing.books import rows_of_csv
from tenure.testing.factories import make_account, make_connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(program_of):
    connection = make_connection()
    for name in ("Mei", "Noor", "Uma"):
        make_account(connection, name=name)
    return program_of("mara")


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_the_file_that_the_page_hands_out(name, mara, client_of):
    answer = mara.get("/exports/accounts", {"format": name, "q": "m"})
    assert (answer.status_code, answer["Content-Type"]) == (200, FORMATS[name].media_type)
    page = client_of("mara").post("/exports/accounts?q=m", {"format": name}).getvalue()
    assert len(answer.file) == len(page) if name == "xlsx" else answer.file == page
    assert answer["Cache-Control"] == "no-store"
    assert AuditEvent.objects.filter(verb="export.finished", actor_kind="token").count() == 1


def test_lines_of_json_are_the_rows_of_the_list(mara):
    lines = mara.get("/exports/accounts", {"format": "jsonl"}).file.splitlines()
    assert [json.loads(line) for line in lines] == mara.get("/accounts").document["data"]


def test_it_is_csv_unless_something_else_is_asked_for(mara):
    assert len(rows_of_csv(mara.get("/exports/accounts").file)) == 4


def test_a_misspelt_filter_is_refused(mara):
    for query in ({"shwo": "leavers"}, {"show": "levers"}, {"format": "pdf"}, {"limit": 5}):
        assert mara.get("/exports/accounts", query).status_code == 422


def test_the_scope_of_the_list_is_asked_for(program_of):
    program = program_of("mara", scopes=["people:read"])
    assert program.get("/exports/people").status_code == 200
    assert program.get("/exports/accounts").document["type"] == "urn:tenure:scope-missing"


def test_findings_are_narrowed_as_on_the_pages(mara):
    assert mara.get("/findings", {"show": "overdue"}).document["data"] == []
    answer = mara.get("/findings", {"show": "overdue", "state": "open"})
    assert answer.status_code == 422
    assert mara.get("/exports/findings", {"show": "overdue", "state": "open"}).status_code == 400
