"""`tenure people`, as it is typed."""

from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("list")`: the exit code and the JSON document of a people command."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", "people", *words])
        return ended.value.code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def file(tmp_path):
    def written(*lines: str) -> str:
        path = tmp_path / "people.csv"
        path.write_text("\n".join(lines))
        return str(path)

    return written


def test_an_import_counts_and_names_what_it_rejects(tenure, file):
    lines = (
        "email,name,end_date",
        "ada@x.example,Ada,",
        "bea@x.example,Bea,2026-01-31",
        "nobody,,",
    )
    code, said = tenure("import", file(*lines))
    counts = [said[name] for name in ("created", "updated", "unchanged", "no_longer_listed")]
    assert (code, counts) == (1, [2, 0, 0, 0])
    assert [(bad["line"], "not an e-mail" in bad["reason"]) for bad in said["rejected"]] == [
        (4, True)
    ]
    assert tenure("import", file(*lines[:3]))[0] == 0


def test_a_dry_run_counts_and_takes_nobody(tenure, file):
    code, said = tenure("import", file("email", "ada@x.example"), "--dry-run")
    assert (code, said["created"]) == (0, 1)
    assert tenure("list") == (0, {"data": []})


def test_a_file_that_would_unlist_many_is_refused_until_it_is_confirmed(tenure, file):
    tenure("import", file("email", *(f"p{n}@x.example" for n in range(8))))
    shorter = file("email", "p0@x.example")
    code, said = tenure("import", shorter, "--full")
    assert (code, "--yes" in said["title"]) == (2, True)
    code, said = tenure("import", shorter, "--full", "--yes")
    assert (code, said["no_longer_listed"]) == (0, 7)


def test_people_can_be_listed_by_state_and_a_word_that_is_none_is_refused(tenure, file):
    tenure("import", file("email,end_date", "ada@x.example,", "bea@x.example,2026-01-31"))
    assert [one["email"] for one in tenure("list", "--state", "former")[1]["data"]] == [
        "bea@x.example"
    ]
    code, said = tenure("list", "--state", "gone")
    assert code == 2
    assert "--state" in said["title"]
