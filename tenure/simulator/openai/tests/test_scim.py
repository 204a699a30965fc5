"""A directory that provisions by SCIM: what it puts back, renames, regroups and removes."""

from __future__ import annotations

import pytest

from tenure.simulator.openai.levers import SimulatorRefusedError
from tenure.simulator.openai.running import running_simulator
from tenure.simulator.openai.tests.conftest import USERS

EMAIL = "nia@halden.example"


@pytest.fixture
def nia(openai):
    """Somebody whom the directory knows, in a group that it manages."""
    user = openai.add_user(EMAIL, name="Nia", is_scim_managed=True)
    openai.add_group("Synced", members=[EMAIL], is_scim_managed=True)
    openai.enable_scim()
    return user


def pending(openai):
    return {invite["email"] for invite in openai.invites() if invite["status"] == "pending"}


def test_who_was_removed_by_hand_is_invited_again_when_the_directory_comes_round(openai, wire, nia):
    wire.delete(f"{USERS}/{nia['id']}")
    openai.advance(2_000)
    assert EMAIL not in pending(openai)
    openai.advance(200)
    assert wire.get(f"{USERS}?emails={EMAIL}").ids == []
    assert EMAIL in pending(openai)
    openai.sync_directory()
    assert sum(invite["email"] == EMAIL for invite in openai.invites()) == 1
    again = openai.accept_invite(EMAIL)
    openai.sync_directory()
    assert wire.get(f"{USERS}/{again['id']}").json["is_scim_managed"] is True
    (group,) = openai.groups()
    assert [member["id"] for member in group["members"]] == [again["id"]]


def test_scim_return_may_bring_the_user_back_at_once(openai, wire, nia):
    openai.faults(scim_return="user")
    openai.remove_user(EMAIL)
    openai.sync_directory()
    (back,) = wire.get(f"{USERS}?emails={EMAIL}").json["data"]
    assert (back["is_scim_managed"], back["id"] == nia["id"]) == (True, False)


def test_names_addresses_and_groups_become_the_directorys(openai, wire, nia):
    openai.add_group("Other", is_scim_managed=True)
    openai.change_user(EMAIL, name="By hand")
    openai.sync_directory()
    assert wire.get(f"{USERS}/{nia['id']}").json["name"] == "Nia"
    openai.list_in_directory(EMAIL, email="nia.new@halden.example", groups=["Other"])
    openai.sync_directory()
    assert wire.get(f"{USERS}/{nia['id']}").json["email"] == "nia.new@halden.example"
    members = {g["name"]: [m["id"] for m in g["members"]] for g in openai.groups()}
    assert members == {"Synced": [], "Other": [nia["id"]]}


def test_who_the_directory_no_longer_has_is_removed(openai, wire, nia):
    openai.list_in_directory(EMAIL, gone=True)
    openai.list_in_directory("new@halden.example", name="New")
    openai.sync_directory()
    assert wire.get(f"{USERS}/{nia['id']}").status == 404
    assert "new@halden.example" in pending(openai)
    event = wire.get("/organization/audit_logs?event_types[]=user.deleted").json["data"][0]
    assert event["actor"] is None


def test_it_begins_and_ends_and_says_so(openai, wire, nia):
    openai.disable_scim()
    openai.remove_user(EMAIL)
    openai.advance(10_000)
    assert wire.get(f"{USERS}?emails={EMAIL}").ids == []
    assert EMAIL not in pending(openai)
    told = {e["type"] for e in wire.get("/organization/audit_logs?limit=100").json["data"]}
    assert {"scim.enabled", "scim.disabled"} <= told
    with pytest.raises(SimulatorRefusedError, match="There is no directory"):
        openai.sync_directory()


def test_a_directory_goes_on_in_a_state_file(tmp_path):
    state = tmp_path / "state.json"
    with running_simulator(state=state) as first:
        first.add_user(EMAIL, is_scim_managed=True)
        first.enable_scim()
        first.remove_user(EMAIL)
    with running_simulator(state=state) as second:
        second.sync_directory()
        assert EMAIL in pending(second)
