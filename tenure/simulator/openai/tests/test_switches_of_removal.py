"""What a client that takes access away must bear: late views, other people, other organizations."""

from __future__ import annotations

import pytest

from tenure.simulator.openai.tests.conftest import USERS

NIA = "nia@halden.example"


@pytest.fixture
def things(openai):
    """Path of the list and id of one thing of each kind."""
    project = openai.projects()[0]["id"]
    nia = openai.add_user(NIA)["id"]
    openai.put_member(project, NIA)
    group = openai.add_group("Optics", members=[NIA])["id"]
    inside = f"/organization/projects/{project}"
    return {
        "user": (USERS, nia),
        "invite": ("/organization/invites", openai.add_invite("n@halden.example")["id"]),
        "admin key": ("/organization/admin_api_keys", openai.add_admin_key(NIA)["id"]),
        "project key": (f"{inside}/api_keys", openai.add_project_key(project, NIA)["id"]),
        "member": (f"{inside}/users", nia),
        "machine": (
            f"{inside}/service_accounts",
            openai.add_service_account(project, "Robot")["id"],
        ),
        "in group": (f"/organization/groups/{group}/users", nia),
    }


KINDS = ("user", "invite", "admin key", "project key", "member", "machine", "in group")


@pytest.mark.parametrize("kind", KINDS)
def test_list_lag_keeps_what_was_removed_listed(openai, wire, things, kind):
    openai.faults(list_lag=60)
    where, one = things[kind]
    assert wire.delete(f"{where}/{one}").status == 200
    assert wire.get(f"{where}/{one}").status == 404
    assert one in wire.get(f"{where}?limit=100").ids
    assert wire.delete(f"{where}/{one}").status == 404
    openai.advance(61)
    assert one not in wire.get(f"{where}?limit=100").ids


@pytest.mark.parametrize("kind", KINDS)
def test_read_lag_keeps_what_was_removed_readable(openai, wire, things, kind):
    openai.faults(read_lag=60)
    where, one = things[kind]
    before = wire.get(f"{where}/{one}").raw
    assert wire.delete(f"{where}/{one}").status == 200
    assert wire.get(f"{where}/{one}").raw == before
    assert one not in wire.get(f"{where}?limit=100").ids
    openai.advance(61)
    assert wire.get(f"{where}/{one}").status == 404


def test_list_lag_is_seen_by_address_too_and_ends_when_somebody_comes_back(openai, wire, things):
    openai.faults(list_lag=60)
    where, one = things["user"]
    wire.delete(f"{where}/{one}")
    assert wire.get(f"{USERS}?emails[]={NIA}").ids == [one]
    openai.add_user(NIA, id=one, name="Back")
    assert [row["name"] for row in wire.get(f"{USERS}?emails[]={NIA}").json["data"]] == ["Back"]
    openai.advance(61)
    assert wire.get(f"{USERS}/{one}").json["name"] == "Back"


def test_an_id_can_be_given_to_somebody_else(openai, wire, things):
    _, one = things["user"]
    openai.remove_user(one)
    openai.add_user("other@halden.example", id=one)
    assert wire.get(f"{USERS}/{one}").json["email"] == "other@halden.example"
    openai.change_user(one, email="third@halden.example")
    assert wire.get(f"{USERS}/{one}").json["email"] == "third@halden.example"


def test_a_key_can_be_given_to_somebody_else(openai, wire, things, reader):
    where, admin = things["admin key"]
    openai.change_admin_key(admin, owner=reader["email"])
    assert wire.get(f"{where}/{admin}").json["owner"]["id"] == reader["id"]
    project = openai.projects()[0]["id"]
    where, key = things["project key"]
    openai.change_project_key(project, key, owner="Robot")
    owner = wire.get(f"{where}/{key}").json["owner"]
    assert (owner["type"], owner["service_account"]["name"]) == ("service_account", "Robot")
