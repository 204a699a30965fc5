"""`tenure access --on WHEN`, through the command line itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tenure.cli import main
from tenure.cli.output import state
from tenure.inventory.models import Account
from tenure.inventory.tests.scripted import (
    ScriptedOrganization,
    made_connection,
    member,
    project,
    read_all,
    user,
)
from tenure.testing.factories import link, make_person

pytestmark = pytest.mark.django_db

KEYS = {"connection", "account", "person", "entitlement", "path", "since", "certainty"}
FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECOND = FIRST + timedelta(days=2)


@pytest.fixture
def connection(db, monkeypatch):
    """Read twice: in between user 1 left, and user 2 was made the owner of a project."""
    made = made_connection()
    for at, users, role in ((FIRST, (0, 1, 2), "member"), (SECOND, (0, 2), "owner")):
        organization = ScriptedOrganization(
            users=[user(number, role="reader" if number else "owner") for number in users],
            projects=[project(1, name="Search")],
            members={"proj-1": [member(2, role)]},
        )
        with time_machine.travel(at):
            read_all(made, monkeypatch, organization)
    link(Account.objects.get(external_id="user-2"), make_person(email="mei@halden.example"))
    return made


@pytest.fixture
def access(capsys, monkeypatch):
    """Runs one command line; gives the exit code and the document or the words."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(["access", *words])
        said = capsys.readouterr()
        return left.value.code, json.loads(said.out) if "--json" in words else said.out + said.err

    return run


def told(document) -> list[tuple[str, str, str]]:
    return [
        (one["account"]["external_id"], one["entitlement"], one["certainty"])
        for one in document["data"]
    ]


def test_a_day_means_its_end_and_between_two_reads_it_says_between_which(connection, access):
    code, document = access("--on", "2026-03-02", "--json")
    assert code == 0
    assert document["at"] == "2026-03-02T23:59:59.999Z"
    assert all(one.keys() >= KEYS for one in document["data"])
    about = "between 1 Mar 2026, 09:00 UTC and 3 Mar 2026, 09:00 UTC"
    assert told(document) == [
        ("user-0", "owner of the organization", "certain"),
        ("user-0", "owner of 1 project", "certain"),
        ("user-1", "reader of the organization", about),
        ("user-2", "reader of the organization", "certain"),
        ("user-2", "member of Search", about),
        ("user-2", "owner of Search", about),
    ]
    assert [one["path"] for one in document["data"][:2]] == ["direct", "organization owner"]


def test_now_is_what_was_read_last(connection, access):
    code, document = access("--on", "now", "--json")
    assert (code, told(document)[-1]) == (0, ("user-2", "owner of Search", "certain"))
    assert {one["last_read"][:10] for one in document["data"]} == {"2026-03-03"}
    _, words = access("--on", "now")
    assert "As last read before then; the oldest of these lists at 2026-03-03T09:00:00." in words
    assert "As last read" not in access("--on", "2026-03-02")[1]


def test_it_narrows_to_a_person_and_to_a_connection(connection, access):
    _, of_mei = access("--on", "now", "--person", "Mei@halden.example", "--json")
    assert {one["person"] for one in of_mei["data"]} == {"mei@halden.example"}
    assert len(of_mei["data"]) == 2
    other = made_connection()
    code, nothing = access("--on", "now", "--connection", other.name)
    assert (code, nothing) == (
        1,
        "Nothing is known yet; connect an organization and let its users be read once.\n",
    )
    _, here = access("--on", "now", "--connection", connection.name, "--json")
    assert len(here["data"]) == 4


def test_before_the_first_complete_read_it_says_since_when_it_knows(connection, access):
    code, words = access("--on", "2026-02-28")
    assert code == 1
    assert words.startswith("Known since 2026-03-01T09:00:00.")
    code, problem = access("--on", "2026-02-28T12:00:00Z", "--json")
    assert (code, problem["title"].startswith("Known since 2026-03-01")) == (1, True)


@pytest.mark.parametrize(
    ("when", "sentence"),
    [("2999-01-01", "Nobody knows the future"), ("last week", "is no day or instant")],
)
def test_what_cannot_be_answered_is_refused(connection, access, when, sentence):
    code, words = access("--on", when)
    assert (code, sentence in words) == (2, True)


def test_for_a_person_it_is_a_table_with_what_is_not_known(connection, monkeypatch, access):
    organization = ScriptedOrganization(
        users=[user(0, role="owner")],
        projects=[project(1, name="Search"), project(2, name="Labs")],
        members={"proj-1": [], "proj-2": [member(7)]},
        broken=frozenset({"project_users:proj-2"}),
    )
    read_all(connection, monkeypatch, organization)
    code, words = access("--on", "now")
    assert code == 0
    assert "user-7" in words
    assert f"members of Labs of {connection.name}, never read completely." in words
