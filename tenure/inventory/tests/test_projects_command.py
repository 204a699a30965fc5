"""`tenure projects`, through the command line itself."""

from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.inventory.tests.company import project_of
from tenure.testing.factories import make_connection, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


@pytest.fixture
def tenure(capsys, monkeypatch):
    """Runs one command line; gives the exit code and the document or the words."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(["projects", *words])
        said = capsys.readouterr()
        return left.value.code, json.loads(said.out) if "--json" in words else said.out + said.err

    return run


def test_it_lists_every_project_with_who_reaches_it(tenure):
    code, document = tenure("list", "--json")
    said = {one["name"]: (one["state"], one["members"], one["leavers"]) for one in document["data"]}
    assert (code, said) == (
        0,
        {
            "Atlas": ("archived", None, None),
            "Sandbox": ("out of scope", 1, 0),
            "Search": ("in scope", 4, 1),
            "Vision": ("in scope", 2, 1),
        },
    )
    _, left_out = tenure("list", "--out-of-scope", "--json")
    (sandbox,) = left_out["data"]
    assert sandbox["reason"] == "Play without keys or data"
    assert "Sandbox" in tenure("list")[1]


def test_it_marks_a_project_out_of_scope_and_takes_it_back(tenure):
    assert tenure("exclude", "search", "--reason", "Old") == (0, "Search is out of scope.\n")
    assert project_of("Search").scope_reason == "Old"
    assert tenure("include", "proj_search") == (0, "Search is in scope again.\n")
    assert not project_of("Search").is_out_of_scope


def test_it_refuses_a_name_that_is_nobodys_or_of_several(tenure):
    code, words = tenure("include", "Nowhere")
    assert (code, "no such project" in words) == (2, True)
    make_project(make_connection(), "Search")
    code, words = tenure("exclude", "Search", "--reason", "Old")
    assert (code, "give the id of the one you mean" in words) == (2, True)
