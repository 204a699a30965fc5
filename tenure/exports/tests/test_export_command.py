"""`tenure export`, through the command line itself."""

from __future__ import annotations

import json

import pytest

from tenure.audit.models import AuditEvent
from tenure.cli import main
from tenure.cli.output import state
from tenure.exports.listings import listings
from tenure.testing.books import rows_of_csv, sheets_of_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def tenure(capfdbinary, monkeypatch):
    """Runs one command line; gives the exit code, and what was said on both streams."""

    def run(*words: str) -> tuple[int, bytes, str]:
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(["export", *words])
        said = capfdbinary.readouterr()
        return left.value.code, said.out, said.err.decode()

    return run


def test_a_file_is_written_for_the_owners_eyes(tenure, tmp_path):
    file = tmp_path / "leavers.xlsx"
    words = ("accounts", "--show", "leavers", "--format", "xlsx", "-o", str(file))
    code, out, _ = tenure(*words)
    ((_, rows),) = sheets_of_xlsx(file.read_bytes()).items()
    assert (code, file.stat().st_mode & 0o777) == (0, 0o600)
    assert f"Wrote {len(rows) - 1} rows of accounts" in out.decode()
    assert list(tmp_path.iterdir()) == [file]
    event = AuditEvent.objects.get(verb="export.finished")
    assert (event.actor_kind, event.detail["rows"]) == ("system", len(rows) - 1)


def test_standard_output_is_the_file_and_nothing_else(tenure):
    code, out, _ = tenure("people", "--department=Research")
    head, *lines = rows_of_csv(out)
    assert code == 0
    assert {line[head.index("department")] for line in lines} == {"Research"}


def test_with_json_the_answer_tells_what_was_written(tenure, tmp_path):
    file = tmp_path / "tests.jsonl"
    code, out, _ = tenure("tests", "--format", "jsonl", "-o", str(file), "--json")
    rows = file.read_bytes().splitlines()
    assert json.loads(out) == {"file": str(file), "list": "tests", "rows": len(rows)}
    code, out, _ = tenure("tests", "--json")
    assert (code, json.loads(out)["type"]) == (2, "urn:tenure:refused")


def test_what_a_list_is_within_is_named(tenure, world):
    code, out, _ = tenure("project-accounts", "--project", "Assistant", "--show", "owners")
    assert code == 0
    assert len(rows_of_csv(out)) > 1
    code, out, _ = tenure("runs", "--connection", world.connection.name, "--format", "jsonl")
    assert [json.loads(line)["status"] for line in out.splitlines()] == ["complete"]
    code, _, err = tenure("runs")
    assert (code, err) == (2, "Say of which connection: tenure export runs --connection NAME.\n")


def test_it_names_every_list_with_its_filters(tenure):
    code, out, _ = tenure("lists")
    assert code == 0
    assert all(name in out.decode() for name in listings())
    assert "--show, --q, --sort" in out.decode()
    _, out, _ = tenure("lists", "--json")
    assert [one["name"] for one in json.loads(out)["lists"]] == list(listings())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("cats",), "There is no list cats; choose one of audit-events, evidence, "),
        (("accounts", "--shwo", "all"), "There is no filter shwo; Accounts have show, q, sort."),
        (("accounts", "leavers"), "Write leavers behind the filter it is for"),
        (("accounts", "--show"), "Write a value behind --show."),
        (("accounts", "--format", "pdf"), "'pdf' is not one of 'csv', 'xlsx', 'jsonl'; see: "),
        ((), "Missing argument 'LIST'; see: tenure export --help"),
        (("accounts", "-o", "/nowhere/at/all.csv"), "Choose another file: /nowhere/at/all.csv"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(tenure, words, sentence):
    code, out, err = tenure(*words)
    assert (code, out) == (2, b"")
    assert sentence in err
    assert "Value error" not in err


def test_a_terminal_gets_no_excel_file(tenure, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    code, out, err = tenure("accounts", "--format", "xlsx")
    assert (code, out) == (2, b"")
    assert "Name the file to write with -o FILE" in err
    assert tenure("accounts", "--format", "jsonl")[0] == 0
