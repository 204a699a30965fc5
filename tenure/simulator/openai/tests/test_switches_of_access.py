"""Every switch that is about groups, keys and the audit log, and what it does."""

from __future__ import annotations

import pytest

from tenure.simulator.openai.switches import SWITCHES
from tenure.simulator.openai.tests import (
    test_scim,
    test_switches_of_changes,
    test_switches_of_pages,
)
from tenure.simulator.openai.tests.conftest import USERS

ORGANIZATION = "/organization"
AUDIT = f"{ORGANIZATION}/audit_logs"
GROUPS = {"pages", "rows", "changes", "delays"}


@pytest.mark.parametrize("name", [s.name for s in SWITCHES.values() if s.group in GROUPS])
def test_a_test_is_named_after_every_switch(name):
    others = (test_switches_of_changes, test_switches_of_pages, test_scim)
    tests = [*globals(), *(test for module in others for test in vars(module))]
    assert any(test.startswith(f"test_{name}_") for test in tests)


@pytest.fixture
def project(openai, reader):
    made = openai.add_project("Nightly", members=[{"email": reader["email"]}])
    return f"{ORGANIZATION}/projects/{made['id']}"


def test_leaver_keys_stay_without_access_or_go(openai, wire, reader, project):
    key = openai.add_project_key("Nightly", reader["email"])["id"]
    openai.remove_user(reader["email"])
    assert wire.get(f"{project}/api_keys").ids == []
    (row,) = wire.get(f"{project}/api_keys?owner_project_access=any").json["data"]
    assert (row["id"], row["owner_project_access"]) == (key, "inactive")
    openai.faults(leaver_keys="deleted")
    another = openai.users()[5]
    openai.add_project_key("Nightly", another["email"])
    openai.remove_user(another["email"])
    assert wire.get(f"{project}/api_keys?owner_project_access=any").ids == [key]


def test_machine_key_delete_can_be_refused(openai, wire, project):
    openai.add_service_account("Nightly", "robot")
    key = openai.add_project_key("Nightly", "robot")["id"]
    openai.faults(machine_key_delete="400")
    refused = wire.delete(f"{project}/api_keys/{key}")
    assert (refused.status, "delete the service account" in refused.message) == (400, True)
    openai.clear_faults()
    assert wire.delete(f"{project}/api_keys/{key}").json["deleted"] is True


def test_owner_in_projects_cannot_be_touched_unless_allowed(openai, wire, project):
    owner = next(user for user in openai.users() if user["role"] == "owner")
    wire.post(f"{project}/users", {"user_id": owner["id"], "role": "owner"})
    path = f"{project}/users/{owner['id']}"
    assert wire.post(path, {"role": "member"}).status == 400
    assert wire.delete(path).status == 400
    openai.faults(owner_in_projects="allow")
    assert wire.delete(path).status == 200


def test_default_project_cannot_be_archived_unless_allowed(openai, wire):
    path = f"{ORGANIZATION}/projects/{openai.add_project('Default project')['id']}/archive"
    assert wire.post(path, {}).status == 400
    openai.faults(default_project="allow")
    assert wire.post(path, {}).json["status"] == "archived"


def test_scim_group_writes_are_the_directorys(openai, wire, reader):
    group = openai.add_group("Synced", is_scim_managed=True)["id"]
    path, member = f"{ORGANIZATION}/groups/{group}", {"user_id": reader["id"]}
    assert wire.post(f"{path}/users", member).status == 400
    assert "managed by SCIM" in wire.delete(path).message
    openai.faults(scim_group_writes="403")
    assert wire.post(path, {"name": "Mine"}).status == 403
    openai.faults(scim_group_writes="allow")
    assert wire.post(f"{path}/users", member).status == 200


def test_group_member_events_are_told_in_one_of_three_ways(openai, wire, reader):
    ways = {
        "tenant": ("tenant.group.member.added", "?tenant_only=true"),
        "group_updated": ("group.updated", ""),
        "none": ("group.created", ""),
    }
    for told, (event, query) in ways.items():
        openai.faults(group_member_events=told)
        openai.add_group(told)
        openai.add_to_group(told, reader["email"])
        assert wire.get(AUDIT + query).json["data"][0]["type"] == event


def test_key_name_events_say_the_new_name_or_not(openai, wire, project, reader):
    which = project.rpartition("/")[2]
    key = openai.add_project_key(which, reader["email"], name="Nightly")["id"]
    for told, changes in (("unnamed", {}), ("named", {"name": "Hourly"})):
        openai.faults(key_name_events=told)
        openai.change_project_key(which, key, name="Hourly")
        event = wire.get(AUDIT).json["data"][0]
        assert event["api_key.updated"] == {"id": key, "changes_requested": changes}


def test_audit_lag_lists_events_later(openai, wire, reader):
    openai.faults(audit_lag=60)
    openai.log_in(reader["email"])
    assert wire.get(AUDIT).ids == []
    openai.advance(61)
    assert len(wire.get(AUDIT).ids) == 1


def test_events_lost_leaves_out_a_share(openai, wire, reader):
    for _ in range(20):
        openai.log_in(reader["email"])
    everything = wire.get(f"{AUDIT}?limit=100").ids
    openai.faults(events_lost=0.5)
    kept = wire.get(f"{AUDIT}?limit=100").ids
    assert 0 < len(kept) < len(everything)
    assert wire.walk(AUDIT, 3) == kept


def test_actor_null_meets_events(openai, wire, reader):
    openai.log_in(reader["email"])
    openai.faults(actor_null=True)
    assert {event["actor"] for event in wire.get(AUDIT).json["data"]} == {None}


def test_last_used_null_meets_keys(openai, wire, reader, project):
    openai.add_project_key("Nightly", reader["email"], last_used_at="-1d")
    assert wire.get(f"{project}/api_keys").json["data"][0]["last_used_at"]
    openai.faults(last_used_null=True)
    assert wire.get(f"{project}/api_keys").json["data"][0]["last_used_at"] is None


def test_users_list_may_have_humans_only(openai, wire, project):
    machine = openai.add_service_account("Nightly", "robot")["id"]
    assert machine in wire.walk(USERS, 50)
    openai.faults(users_list="humans")
    assert machine not in wire.walk(USERS, 50)
    assert wire.get(f"{project}/service_accounts").ids == [machine]


def test_mislabelled_keys_are_among_the_admin_keys(openai, wire, reader, project):
    key = openai.add_project_key("Nightly", reader["email"])["id"]
    path = f"{ORGANIZATION}/admin_api_keys"
    assert key not in wire.get(path).ids
    openai.faults(mislabelled_keys=True)
    listed = {row["id"]: row for row in wire.get(path).json["data"]}
    assert listed[key]["redacted_value"].startswith("sk-proj-")
    assert listed[key]["object"] == "organization.admin_api_key"
    assert wire.walk(path, 1) == wire.get(path).ids
