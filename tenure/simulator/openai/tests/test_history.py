"""The truth of who had what when, and that the audit log tells the same."""

from __future__ import annotations

import pytest

AUDIT = "/organization/audit_logs"


def facts(openai, *, at=None):
    return {tuple(sorted(one["fact"].items())) for one in openai.history(at=at)}


def of(openai, kind, subject):
    return [
        one
        for one in openai.history()
        if (one["fact"]["kind"], one["fact"]["subject_id"]) == (kind, subject)
    ]


@pytest.fixture
def project(openai):
    return openai.add_project("Nightly")["id"]


def test_what_was_there_from_the_start_began_when_it_says(openai, reader):
    (account,) = of(openai, "account", reader["id"])
    assert (account["begin"], account["end"]) == (reader["added_at"], None)
    (role,) = of(openai, "role", reader["id"])
    assert role["fact"]["id"].startswith("role-api-organization-reader")
    assert (role["begin"], role["begun_by"]) == (reader["added_at"], None)


def test_a_grant_lasts_from_the_moment_it_is_given_to_the_one_it_is_taken(
    openai, wire, reader, project
):
    ada = next(user for user in openai.users() if user["role"] == "owner")
    before = openai.state()["now"]
    openai.put_member("Nightly", reader["email"], role="owner", by=ada["email"])
    openai.advance(100)
    openai.remove_member("Nightly", reader["email"])
    interval = next(
        one for one in of(openai, "role", reader["id"]) if one["fact"]["resource_id"] == project
    )
    assert interval["begin"] >= before
    assert 100 <= interval["end"] - interval["begin"] < 130
    assert interval["begun_by"]["session"]["user"]["id"] == ada["id"]
    held = {("resource_id", project), ("subject_id", reader["id"])}
    midway = interval["begin"] + 50
    assert any(held <= set(fact) for fact in facts(openai, at=midway))
    assert not any(held <= set(fact) for fact in facts(openai, at=interval["end"]))
    assert not any(held <= set(fact) for fact in facts(openai, at=interval["begin"] - 1))
    created, deleted = wire.get(f"{AUDIT}?project_ids[]={project}&limit=2").json["data"][::-1]
    assert (created["type"], deleted["type"]) == (
        "role.assignment.created",
        "role.assignment.deleted",
    )
    assert created["actor"]["session"]["user"]["email"] == ada["email"]
    assert created["effective_at"] - int(interval["begin"]) in {0, 1}


def test_every_sort_of_change_is_in_the_truth_and_in_the_log(openai, wire, reader, project):
    openai.add_user("nia@halden.example")
    openai.add_invite("late@halden.example")
    openai.remove_invite("late@halden.example")
    openai.add_group("Team", members=[reader["email"]])
    openai.assign("member", "Team", project="Nightly")
    openai.remove_project_group("Nightly", "Team")
    openai.remove_group("Team")
    openai.add_service_account("Nightly", "robot")
    openai.change_service_account("Nightly", "robot", role="owner")
    key = openai.add_project_key("Nightly", "robot")["id"]
    openai.remove_project_key("Nightly", key)
    openai.remove_service_account("Nightly", "robot")
    openai.remove_admin_key(openai.add_admin_key(reader["email"])["id"])
    openai.change_user(reader["email"], role="owner")
    openai.remove_user("nia@halden.example")
    ended = {one["fact"]["kind"] for one in openai.history() if one["end"] is not None}
    kinds = {"account", "role", "group_member", "service_account", "credential", "invite"}
    assert ended == kinds
    events = wire.get(f"{AUDIT}?limit=100").json["data"]
    told = {event["type"] for event in events}
    assert told >= {
        "project.created", "user.added", "user.updated", "user.deleted", "invite.sent",
        "invite.deleted", "group.created", "group.deleted", "role.assignment.created",
        "role.assignment.deleted", "service_account.created", "service_account.updated",
        "service_account.deleted", "api_key.created", "api_key.deleted",
    }  # fmt: skip
    assert all(event["actor"]["type"] == "session" for event in events)
    members = wire.get(f"{AUDIT}?tenant_only=true").json["data"]
    assert {event["type"] for event in members} == {
        "tenant.group.member.added",
        "tenant.group.member.removed",
    }


def test_an_invite_ends_when_it_expires_or_is_accepted(openai, reader):
    openai.add_invite("in@halden.example", created_at="-1d")
    openai.add_invite("out@halden.example", created_at="-0s")
    openai.accept_invite("in@halden.example")
    openai.advance(31 * 86_400)
    (accepted,) = of(openai, "invite", "in@halden.example")
    (expired,) = of(openai, "invite", "out@halden.example")
    assert accepted["ended_by"]["session"]["user"]["email"] == "in@halden.example"
    assert 30 * 86_400 - 5 < expired["end"] - expired["begin"] <= 30 * 86_400


def test_what_happens_while_logging_is_off_is_true_and_never_told(openai, wire, reader):
    openai.faults(audit_log="empty")
    openai.change_user(reader["email"], role="owner")
    openai.clear_faults()
    openai.log_in(reader["email"])
    assert [event["type"] for event in wire.get(AUDIT).json["data"]] == ["login.succeeded"]
    assert len(of(openai, "role", reader["id"])) == 2


def test_a_login_has_the_shape_that_was_captured(openai, wire, reader):
    openai.log_in(reader["email"], at="-2h")
    openai.log_in(reader["email"], failed=True)
    failed, succeeded = wire.get(f"{AUDIT}?actor_ids[]={reader['id']}").json["data"]
    session = succeeded["actor"]["session"]
    assert session["user"] == {"id": reader["id"], "email": reader["email"]}
    assert {"ip_address", "ip_address_details", "ja3", "ja4", "user_agent"} <= session.keys()
    assert "login.succeeded" not in succeeded
    assert failed["login.failed"]["error_code"] == "invalid_credentials"


def test_history_goes_on_in_a_state_file(tmp_path, reader):
    from tenure.simulator.openai.running import running_simulator

    state = tmp_path / "state.json"
    with running_simulator(seed="tests", users=50, state=state) as first:
        first.add_group("Team", members=[reader["email"]])
        first.remove_from_group("Team", reader["email"])
        before = first.history()
    with running_simulator(seed="tests", users=50, state=state) as second:
        assert second.history() == before
        assert [group["name"] for group in second.groups()] == ["Team"]
