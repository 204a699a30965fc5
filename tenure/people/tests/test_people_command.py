"""`tenure people`, as it is typed."""

from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.people.models import Person, PersonEmail

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


TWO = (
    "email,name,end_date,department",
    "ada@x.example,Ada,,Platform",
    "old@x.example,Old,2020-01-31,Sales",
)


def test_somebody_is_marked_as_left_explained_and_cleared(tenure, file):
    tenure("import", file(*TWO))
    code, said = tenure("leave", "ada@x.example", "--at", "2026-01-31", "--reason", "Resigned")
    assert (code, said["left_at"]) == (0, "2026-02-01T00:00:00.000Z")
    code, said = tenure("explain", "ada@x.example")
    assert (code, said["state"], said["may_hold_access"]) == (0, "former", False)
    assert "marked them as left, because: Resigned" in said["rule"]
    assert {one["name"]: one["source"] for one in said["fields"]}["Name"] == "CSV"
    assert tenure("show", "ada@x.example")[1]["changes"][0]["field"] == "left_at"
    code, said = tenure("clear-leave", "ada@x.example")
    assert (code, said["state"]) == (0, "current")
    assert tenure("clear-leave", "ada@x.example")[0] == 2


@pytest.mark.parametrize("at", ["tomorrow", "2026-01-31T12:00", "31.01.2026"])
def test_leaving_at_what_is_no_time_is_refused_with_an_example(tenure, file, at):
    tenure("import", file(*TWO))
    code, said = tenure("leave", "ada@x.example", "--at", at, "--reason", "x")
    assert (code, "2026-03-31" in said["title"]) == (2, True)


def test_a_merge_asks_which_counts_and_can_be_undone(tenure, file):
    tenure("import", file(*TWO))
    both = ("ada@x.example", "old@x.example")
    code, said = tenure("merge", *both, "--yes")
    assert (code, "--counts" in said["title"]) == (2, True)
    code, said = tenure("merge", *both, "--counts", "kept", "--yes", "--reason", "Rehired")
    assert (code, said["counts"]) == (0, "kept")
    code, shown = tenure("show", "old@x.example")
    assert (shown["name"], shown["merges"][0]["ref"]) == ("Ada", said["ref"])
    assert tenure("unmerge", said["ref"])[0] == 0
    assert tenure("show", "old@x.example")[1]["name"] == "Old"
    assert tenure("unmerge", said["ref"])[0] == 2


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--department", "platform"), ["Ada"]),
        (("--source", "CSV"), ["Ada", "Old"]),
        (("--source", "HR"), []),
        (("--manager", "nobody@x.example"), []),
        (("--state", "former", "--department", "Sales"), ["Old"]),
    ],
)
def test_the_list_can_be_narrowed(tenure, file, words, found):
    tenure("import", file(*TWO))
    assert [one["name"] for one in tenure("list", *words)[1]["data"]] == found


def test_of_two_with_one_e_mail_it_asks_for_the_ref(tenure, file):
    tenure("import", file("email,name", "ada@x.example,Ada", "bea@x.example,Bea"))
    ada, bea = Person.objects.get(name="Ada"), Person.objects.get(name="Bea")
    PersonEmail.objects.create(person=bea, email=ada.email, email_key=ada.email_key)
    code, said = tenure("show", ada.email)
    assert code == 2
    for one in (ada, bea):
        assert str(one.ref) in str(said)
        assert tenure("show", str(one.ref))[1]["name"] == one.name
