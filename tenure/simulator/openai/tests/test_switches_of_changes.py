"""Every switch of rows, changes and delays has a test that starts with its name."""

from __future__ import annotations

import pytest

from tenure.simulator.openai.tests.conftest import USERS

INVITES = "/organization/invites"
KEYS = "/organization/admin_api_keys"
AUDIT = "/organization/audit_logs"


# Rows


def test_email_null_meets_all_or_a_share(openai, wire):
    openai.faults(email_null=True)
    assert {row["email"] for row in wire.get(USERS).json["data"]} == {None}
    openai.faults(email_null=0.5)
    rows = wire.get(f"{USERS}?limit=100").json["data"]
    hit = [row["email"] is None for row in rows]
    assert any(hit)
    assert not all(hit)


def test_name_null_meets_rows(openai, wire):
    openai.faults(name_null=True)
    assert {row["name"] for row in wire.get(USERS).json["data"]} == {None}


def test_role_null_meets_rows_of_the_target_only(openai, wire):
    openai.faults(role_null="on@users")
    assert {row["role"] for row in wire.get(USERS).json["data"]} == {None}
    assert {row["role"] for row in wire.get(INVITES).json["data"]} == {"reader"}


def test_unknown_role_is_a_word_nobody_knows(openai, wire, reader):
    openai.faults(unknown_role=True)
    assert wire.get(f"{USERS}/{reader['id']}").json["role"] == "galactic_overseer"


def test_extra_fields_come_with_rows(openai, wire):
    openai.faults(extra_fields=True)
    assert "x_unheard_of" in wire.get(USERS).json["data"][0]


def test_missing_fields_leaves_what_the_schema_requires(openai, wire):
    openai.faults(missing_fields=True)
    row = wire.get(USERS).json["data"][0]
    assert {"object", "id", "added_at"} <= row.keys()
    assert "api_key_last_used_at" not in row


def test_missing_id_leaves_rows_without_one(openai, wire):
    openai.faults(missing_id=True)
    assert "id" not in wire.get(USERS).json["data"][0]


def test_other_id_makes_an_answer_about_somebody_else(openai, wire, reader):
    openai.faults(other_id=True)
    row = wire.get(f"{USERS}/{reader['id']}").json
    assert row["id"] != reader["id"]
    assert row["email"] == reader["email"]


def test_invite_projects_can_be_absent_as_in_the_providers_examples(openai, wire):
    assert wire.get(INVITES).json["data"][0]["projects"]
    openai.faults(invite_projects="absent")
    assert "projects" not in wire.get(INVITES).json["data"][0]


# Meaning of changes


def test_create_status_was_201_until_the_provider_changed_it(openai, wire):
    asked = {"email": "a@halden.example", "role": "reader"}
    assert wire.post(INVITES, asked).status == 200
    openai.faults(create_status="201")
    assert wire.post(INVITES, asked).status == 201
    assert wire.get(INVITES).status == 200


@pytest.mark.parametrize("status", [404, 200, 400])
def test_repeat_delete_has_three_answers(openai, wire, reader, status):
    openai.faults(repeat_delete=status)
    assert wire.delete(f"{USERS}/{reader['id']}").status == 200
    assert wire.delete(f"{USERS}/{reader['id']}").status == status
    assert openai.state()["users"] == 49


@pytest.mark.parametrize("status", [400, 403, 409])
def test_last_owner_cannot_be_removed_or_demoted(openai, wire, status):
    openai.faults(last_owner=status)
    first, last = (user["id"] for user in openai.users() if user["role"] == "owner")
    assert wire.post(f"{USERS}/{last}", {"role": "reader"}).status == 200
    assert wire.delete(f"{USERS}/{first}").status == status
    assert wire.post(f"{USERS}/{first}", {"role": "reader"}).status == status


def test_last_owner_may_go_when_allowed(openai, wire):
    openai.faults(last_owner="allow", key_owner_delete="key_lives")
    for owner in [user["id"] for user in openai.users() if user["role"] == "owner"]:
        assert wire.delete(f"{USERS}/{owner}").status == 200
    assert openai.state()["owners"] == 0


@pytest.mark.parametrize(
    ("value", "removal", "afterwards"),
    [("key_dies", 200, 401), ("key_lives", 200, 200), ("400", 400, 200), ("403", 403, 200)],
)
def test_key_owner_delete_decides_the_fate_of_the_key(openai, wire, value, removal, afterwards):
    openai.faults(key_owner_delete=value)
    owner = wire.get(KEYS).json["data"][0]["owner"]["id"]
    assert wire.delete(f"{USERS}/{owner}").status == removal
    assert wire.get(USERS).status == afterwards


@pytest.mark.parametrize(("value", "status"), [("duplicate", 200), ("400", 400), ("409", 409)])
def test_duplicate_invite_makes_a_second_row_or_a_refusal(openai, wire, value, status):
    openai.faults(duplicate_invite=value)
    assert wire.post(INVITES, {"email": "a@halden.example", "role": "reader"}).status == 200
    assert wire.post(INVITES, {"email": "A@halden.example", "role": "reader"}).status == status
    folded = [invite["email"].lower() for invite in openai.invites()]
    assert folded.count("a@halden.example") == (2 if status == 200 else 1)


@pytest.mark.parametrize(
    ("value", "found"), [("folded", [1, 1]), ("exact", [1, 0]), ("ignored", [20, 20])]
)
@pytest.mark.parametrize("name", ["emails", "emails[]"])
def test_email_filter_compares_as_told_in_both_spellings(openai, wire, value, found, name):
    openai.faults(email_filter=value)
    email = openai.users()[10]["email"]
    asked = [email, email.upper()]
    assert [len(wire.get(f"{USERS}?{name}={spelled}").ids) for spelled in asked] == found


def test_audit_log_off_looks_empty_or_refused(openai, wire, reader):
    wire.delete(f"{USERS}/{reader['id']}")
    assert wire.get(AUDIT).ids
    openai.faults(audit_log="empty")
    assert (wire.get(AUDIT).status, wire.get(AUDIT).ids) == (200, [])
    for status in (403, 404):
        openai.faults(audit_log=status)
        assert wire.get(AUDIT).status == status


# Seconds until everyone sees a change


def test_invite_lag_shows_a_new_invite_later(openai, wire):
    openai.faults(invite_lag=60)
    made = wire.post(INVITES, {"email": "n@halden.example", "role": "reader", "projects": []})
    one = f"{INVITES}/{made.json['id']}"
    assert made.json["email"] == "n@halden.example"
    assert made.json["id"] not in wire.get(f"{INVITES}?limit=100").ids
    assert wire.get(one).status == 404
    openai.advance(61)
    assert made.json["id"] in wire.get(f"{INVITES}?limit=100").ids
    assert wire.get(one).status == 200


def test_list_lag_keeps_a_removed_user_listed(openai, wire, reader):
    openai.faults(list_lag=60)
    wire.delete(f"{USERS}/{reader['id']}")
    assert wire.get(f"{USERS}/{reader['id']}").status == 404
    assert reader["id"] in wire.walk(USERS, 20)
    openai.advance(61)
    assert reader["id"] not in wire.walk(USERS, 20)


def test_read_lag_keeps_a_removed_user_readable(openai, wire, reader):
    openai.faults(read_lag=60)
    wire.delete(f"{USERS}/{reader['id']}")
    assert wire.get(f"{USERS}/{reader['id']}").json["email"] == reader["email"]
    assert reader["id"] not in wire.walk(USERS, 20)
    openai.advance(61)
    assert wire.get(f"{USERS}/{reader['id']}").status == 404


def test_role_lag_shows_the_old_role_for_a_while(openai, wire, reader):
    openai.faults(role_lag=1800)
    wire.post(f"{USERS}/{reader['id']}", {"role": "owner"})
    assert wire.get(f"{USERS}/{reader['id']}").json["role"] == "reader"
    openai.advance(1801)
    assert wire.get(f"{USERS}/{reader['id']}").json["role"] == "owner"


def test_key_lag_lets_a_deleted_key_work_a_little_longer(openai, wire):
    openai.faults(key_lag=30)
    key_id = wire.get(KEYS).ids[0]
    assert wire.delete(f"{KEYS}/{key_id}").status == 200
    assert wire.get(USERS).status == 200
    openai.advance(31)
    assert wire.get(USERS).status == 401
