"""`tenure credentials`, `tenure groups` and `tenure roles`, and the same by API."""

from __future__ import annotations

import json

import pytest

from tenure.api.tests.conftest import secret_of
from tenure.cli import main
from tenure.cli.output import state
from tenure.inventory.tests import circles, keys
from tenure.inventory.tests.circles import group_of, role_of
from tenure.inventory.tests.keys import key_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def _organization(small_organization):
    return small_organization


@pytest.fixture
def tenure(capsys, monkeypatch):
    """Runs one command line; gives the exit code and the document or the words."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(list(words))
        said = capsys.readouterr()
        return left.value.code, json.loads(said.out) if "--json" in words else said.out + said.err

    return run


@pytest.fixture
def api(client):
    """`api(path)`: the answer to a token that may read the inventory."""
    token = secret_of("ada", ["inventory:read"])

    def get(path: str):
        return client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}).json()

    return get


def test_keys_are_listed_and_shown(openai, sync, tenure, api):
    keys.furnish(openai, sync)
    code, document = tenure("credentials", "list", "--show", "leavers", "--json")
    (notebook,) = document["data"]
    assert (code, notebook["name"], notebook["flags"]) == (0, "Notebook", ["leaver", "180"])
    assert notebook["owner"]["account"]["person"]["state"] == "former"
    assert api("/credentials?show=leavers")["data"] == document["data"]
    _, lost = tenure("credentials", "show", str(key_of("Mina's laptop").ref), "--json")
    assert (lost["owner"]["account"], lost["owner"]["name"]) == (None, "Mina Sol")
    assert (lost["owner"]["has_access"], lost["flags"]) == (False, ["orphaned", "nobody"])
    assert api(f"/credentials/{key_of('Notebook').ref}")["reach"].startswith("Acts as Ben Olsen")
    assert "Notebook" in tenure("credentials", "list")[1]
    assert "unknown" in tenure("credentials", "show", str(key_of("Deploy").ref))[1]


def test_groups_are_listed_and_shown(openai, sync, tenure, api):
    circles.furnish(openai, sync)
    _, document = tenure("groups", "list", "--json")
    assert [(one["name"], one["members"]) for one in document["data"]] == [
        ("Auditors", 1),
        ("Nobody", 0),
        ("Platform", 2),
    ]
    code, platform = tenure("groups", "show", "platform", "--json")
    assert (code, [one["name"] for one in platform["accounts"]]) == (0, ["Ada Berg", "Ben Olsen"])
    assert {one["entitlement"] for one in platform["gives"]} == {
        "Group manager of the organization",
        "Key maker of Atlas",
        "Member of Atlas",
    }
    members = api(f"/groups/{group_of('Platform').ref}/members?show=leavers")["data"]
    assert [one["account"]["name"] for one in members] == ["Ben Olsen"]
    assert api(f"/groups/{group_of('Platform').ref}")["gives"] == platform["gives"]
    assert "Nobody is known to be in it." in tenure("groups", "show", "Nobody")[1]
    assert tenure("groups", "show", "Nowhere")[0] == 2


def test_roles_are_listed_and_shown(openai, sync, tenure, api):
    circles.furnish(openai, sync)
    _, document = tenure("roles", "list", "--show", "custom", "--json")
    said = {one["name"]: (one["held_directly"], one["is_privileged"]) for one in document["data"]}
    assert said == {"Auditor": (2, False), "Group manager": (0, True), "Key maker": (0, True)}
    ref = str(role_of("Auditor").ref)
    _, auditor = tenure("roles", "show", ref, "--json")
    paths = {
        one["account"]["name"]: {path["group"] and path["group"]["name"] for path in one["paths"]}
        for one in auditor["holders"]
    }
    assert paths == {"Cyd Larsen": {None, "Auditors"}, "Dov Adler": {None}}
    assert api(f"/roles/{ref}/holders")["data"] == auditor["holders"]
    assert "Auditor of the organization: api.management.read" in tenure("roles", "show", ref)[1]
    assert api("/roles?show=custom")["data"] == document["data"]


def test_a_filter_that_there_is_not_is_refused_by_name(tenure):
    code, words = tenure("credentials", "list", "--show", "stolen")
    assert (code, "There is no filter 'stolen' of keys" in words) == (2, True)
