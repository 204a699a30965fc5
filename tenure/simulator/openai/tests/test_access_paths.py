"""Who can act where, by which path: groups, roles in two places, keys and their owners."""

from __future__ import annotations

import pytest

ORGANIZATION = "/organization"
OWNER_ROLE, MEMBER_ROLE = "role-api-project-owner", "role-api-project-member"


@pytest.fixture
def project(openai):
    return openai.add_project("Nightly")["id"]


def held(wire, path):
    return {row["name"]: row["assignment_sources"] for row in wire.get(path).json["data"]}


def test_a_group_is_made_renamed_filled_and_deleted(openai, wire, reader):
    groups = f"{ORGANIZATION}/groups"
    group = wire.post(groups, {"name": "Team"}).json
    assert (group["name"], group["group_type"], "object" in group) == ("Team", "group", False)
    path = f"{groups}/{group['id']}"
    assert "group_type" not in wire.post(path, {"name": "Crew"}).json
    assert wire.get(path).json["name"] == "Crew"
    assert wire.post(f"{path}/users", {"user_id": reader["id"]}).json["object"] == "group.user"
    assert wire.post(f"{path}/users", {"user_id": reader["id"]}).status == 400
    assert wire.get(f"{path}/users").ids == [reader["id"]]
    openai.change_user(reader["email"], name="Renamed")
    assert wire.get(f"{path}/users/{reader['id']}").json["name"] == "Renamed"
    assert wire.delete(f"{path}/users/{reader['id']}").status == 200
    assert wire.delete(f"{path}/users/{reader['id']}").status == 404
    assert wire.delete(path).json["object"] == "group.deleted"
    assert (wire.get(path).status, wire.get(f"{path}/users").status) == (404, 404)


def test_a_role_is_held_through_a_group_and_says_so(openai, wire, reader, project):
    openai.add_role("Auditor", permissions=["api.management.read"])
    group = openai.add_group("Team", members=[reader["email"]], roles=["Auditor"])
    there = f"{ORGANIZATION}/users/{reader['id']}/roles"
    source = [{"principal_id": group["id"], "principal_type": "group"}]
    assert held(wire, there) == {"reader": None, "Auditor": source}
    in_project = f"/projects/{project}/users/{reader['id']}/roles"
    assert held(wire, in_project) == {}
    body = {"group_id": group["id"], "role": MEMBER_ROLE}
    wire.post(f"{ORGANIZATION}/projects/{project}/groups", body)
    assert held(wire, in_project) == {"member": source}
    assert wire.delete(f"{in_project}/{MEMBER_ROLE}").status == 404
    openai.remove_from_group("Team", reader["email"])
    assert (held(wire, in_project), held(wire, there)) == ({}, {"reader": None})


def test_a_role_of_a_project_is_one_at_a_time_unless_it_is_a_custom_one(
    openai, wire, reader, project
):
    roles = f"/projects/{project}/users/{reader['id']}/roles"
    wire.post(roles, {"role_id": f"{MEMBER_ROLE}__api-project__{project}"})
    members = f"{ORGANIZATION}/projects/{project}/users"
    assert wire.get(f"{members}/{reader['id']}").json["role"] == "member"
    wire.post(roles, {"role_id": OWNER_ROLE})
    custom = openai.add_role("Key maker", project="Nightly")["id"]
    wire.post(roles, {"role_id": custom})
    assert held(wire, roles) == {"owner": None, "Key maker": None}
    assert wire.get(f"{roles}/{custom}").json["created_at"]
    wire.delete(f"{roles}/{OWNER_ROLE}")
    assert wire.get(members).ids == []
    assert held(wire, roles) == {"Key maker": None}


def test_a_custom_role_changes_and_ends_for_everybody(openai, wire, reader):
    openai.add_role("Auditor", permissions=["a"])
    openai.assign("Auditor", reader["email"])
    role = openai.roles()[-1]
    path = f"{ORGANIZATION}/roles/{role['id']}"
    changed = wire.post(path, {"role_name": "Examiner", "permissions": ["b"]}).json
    assert (changed["name"], changed["permissions"]) == ("Examiner", ["b"])
    assert wire.delete(path).json["object"] == "role.deleted"
    assert held(wire, f"{ORGANIZATION}/users/{reader['id']}/roles") == {"reader": None}
    predefined = openai.roles()[0]["id"]
    assert wire.delete(f"{ORGANIZATION}/roles/{predefined}").status == 400


def test_a_key_whose_owner_left_the_project_is_hidden_unless_asked_for(
    openai, wire, reader, project
):
    openai.put_member("Nightly", reader["email"])
    openai.add_service_account("Nightly", "robot")
    theirs = openai.add_project_key("Nightly", reader["email"], name="notebook")["id"]
    machine = openai.add_project_key("Nightly", "robot")["id"]
    keys = f"{ORGANIZATION}/projects/{project}/api_keys"
    assert wire.get(keys).ids == [theirs, machine]
    openai.remove_member("Nightly", reader["email"])
    assert wire.get(keys).ids == [machine]
    assert wire.get(f"{keys}?owner_project_access=inactive").ids == [theirs]
    assert wire.get(f"{keys}?owner_project_access=any").ids == [theirs, machine]
    assert wire.get(f"{keys}?owner_project_access=some").status == 400
    openai.add_group("Team", members=[reader["email"]])
    openai.assign("viewer", "Team", project="Nightly")
    assert wire.get(keys).ids == [theirs, machine]
    openai.change_project("Nightly", archived=True)
    assert wire.get(keys).message == "Project Nightly is archived"


def test_a_service_account_is_a_user_and_its_keys_end_with_it(openai, wire, project):
    accounts = f"{ORGANIZATION}/projects/{project}/service_accounts"
    made = wire.post(accounts, {"name": "robot"}).json
    value = made["api_key"]["value"]
    assert value.startswith("sk-proj-")
    assert "Missing scopes" in wire.get(accounts, key=value).message
    user = wire.get(f"{ORGANIZATION}/users/{made['id']}").json
    assert (user["is_service_account"], user["email"]) == (True, None)
    again = wire.post(f"{accounts}/{made['id']}/api_keys", {"name": "second"}).json
    keys = f"{ORGANIZATION}/projects/{project}/api_keys"
    assert wire.get(keys).ids == [made["api_key"]["id"], again["id"]]
    owner = wire.get(f"{keys}/{again['id']}").json["owner"]
    assert (owner["type"], owner["service_account"]["id"]) == ("service_account", made["id"])
    assert wire.delete(f"{accounts}/{made['id']}").json["deleted"] is True
    assert wire.get(f"{keys}?owner_project_access=any").ids == []
    assert wire.get(f"{ORGANIZATION}/users/{made['id']}").status == 404
    assert wire.get(accounts, key=value).json["error"]["code"] == "invalid_api_key"
    alone = wire.post(accounts, {"name": "bare", "create_service_account_only": True}).json
    assert (alone["role"], alone["api_key"]) == ("none", None)


def test_removing_a_user_ends_everything_they_had(openai, wire, reader, project):
    openai.put_member("Nightly", reader["email"], role="owner")
    openai.add_role("Key maker", project="Nightly")
    openai.assign("Key maker", reader["email"], project="Nightly")
    group = openai.add_group("Team", members=[reader["email"]])["id"]
    openai.add_admin_key(reader["email"], name="Theirs")
    wire.delete(f"{ORGANIZATION}/users/{reader['id']}")
    assert wire.get(f"{ORGANIZATION}/groups/{group}/users").ids == []
    assert "Theirs" not in {key["name"] for key in openai.admin_keys()}
    told = [event["type"] for event in wire.get(f"{ORGANIZATION}/audit_logs").json["data"]]
    assert told[:2] == ["user.deleted", "role.assignment.deleted"]
    assert {"api_key.deleted", "role.assignment.deleted"} <= set(told)
    assert [one for one in openai.history() if one["end"] is None and about(one, reader)] == []


def about(interval, user):
    return interval["fact"]["subject_id"] == user["id"]


def test_an_admin_key_may_be_a_machines_or_have_expired(openai, wire, project):
    robot = openai.add_service_account("Nightly", "robot")["id"]
    openai.add_admin_key(robot, name="Theirs", expires_in=-10)
    row = wire.get(f"{ORGANIZATION}/admin_api_keys").json["data"][-1]
    assert (row["owner"]["type"], row["owner"]["id"]) == ("service_account", robot)
    assert row["expires_at"] < openai.state()["now"]
    openai.change_admin_key(row["id"], last_used_at="-1h")
    assert wire.get(f"{ORGANIZATION}/admin_api_keys/{row['id']}").json["last_used_at"]


@pytest.mark.parametrize("collection", ["groups", "group_users", "group_roles"])
def test_groups_need_a_scope_of_their_own(openai, wire, reader, collection):
    key = openai.add_key(scopes=["api.management.read"])
    group = openai.add_group("Team", members=[reader["email"]])["id"]
    path = {"groups": "", "group_users": "/users", "group_roles": "/roles"}[collection]
    refused = wire.get(f"{ORGANIZATION}/groups/{group}{path}", key=key)
    assert "Missing scopes: api.groups.read" in refused.message
    openai.faults(missing_scope=collection)
    assert wire.get(f"{ORGANIZATION}/groups/{group}{path}").status == 403
