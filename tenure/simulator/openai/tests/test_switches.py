"""Every switch of access and answers has a test that starts with its name."""

from __future__ import annotations

import http.client
import time

import pytest

from tenure.simulator.openai.levers import SimulatorRefusedError
from tenure.simulator.openai.switches import SWITCHES
from tenure.simulator.openai.tests.conftest import USERS

INVITES = "/organization/invites"
PROJECTS = "/organization/projects"
KEYS = "/organization/admin_api_keys"


@pytest.mark.parametrize(
    "name", [s.name for s in SWITCHES.values() if s.group in {"access", "answers"}]
)
def test_a_test_is_named_after_every_switch(name):
    assert any(test.startswith(f"test_{name}_") for test in globals())


def test_a_switch_that_does_not_exist_is_refused(openai):
    with pytest.raises(SimulatorRefusedError, match="no switch 'lunch'"):
        openai.faults(lunch=True)


def test_a_value_a_switch_does_not_take_is_refused_with_those_it_does(openai):
    with pytest.raises(SimulatorRefusedError, match="404 \\(default\\), 200, 400"):
        openai.faults(repeat_delete="302")


# Who may do what


def test_missing_scope_status_is_403_or_401(openai, wire):
    assert wire.get(USERS, key=openai.project_key).status == 403
    openai.faults(missing_scope_status="401")
    refused = wire.get(USERS, key=openai.project_key)
    assert refused.status == 401
    assert "Missing scopes: api.management.read" in refused.message


def test_missing_scope_bars_one_collection_only(openai, wire):
    openai.faults(missing_scope="invites,projects")
    assert "Missing scopes" in wire.get(INVITES).message
    assert "Missing scopes" in wire.get(PROJECTS).message
    assert wire.get(USERS).status == 200


def test_revoked_kills_the_kinds_named(openai, wire):
    openai.faults(revoked="admin")
    refused = wire.get(USERS)
    assert (refused.status, refused.json["error"]["code"]) == (401, "invalid_api_key")
    assert wire.get(USERS, key=openai.read_only_key).status == 200


def test_organization_mismatch_refuses_the_right_id_too(openai, wire):
    right = {"OpenAI_Organization": openai.organization_id}
    assert wire.get(USERS, **right).status == 200
    openai.faults(organization_mismatch=True)
    assert wire.get(USERS, **right).json["error"]["code"] == "mismatched_organization"
    assert wire.get(USERS).status == 200


@pytest.mark.parametrize(
    ("value", "shown"),
    [("slug", "halden-"), ("id", "org-"), ("other", "org-SomebodyElse000000000000")],
)
def test_organization_header_shows_what_it_is_told(openai, wire, value, shown):
    openai.faults(organization_header=value)
    assert wire.get(USERS).headers["openai-organization"].startswith(shown)


def test_organization_header_can_be_absent(openai, wire):
    openai.faults(organization_header="absent")
    assert "openai-organization" not in wire.get(USERS).headers


def test_organization_ignored_takes_any_header(openai, wire):
    assert wire.get(USERS, OpenAI_Organization="org-Else").status == 401
    openai.faults(organization_ignored=True)
    assert wire.get(USERS, OpenAI_Organization="org-Else").status == 200


@pytest.mark.parametrize("value", ["bare", "other"])
def test_role_ids_name_no_organization_or_another(openai, wire, value):
    mine = f"__api-organization__{openai.organization_id}"
    assert all(mine in one for one in wire.get("/organization/roles").ids)
    openai.faults(role_ids=value)
    ids = wire.get("/organization/roles").ids
    assert not any(mine in one for one in ids)
    assert all("__api-organization__org-" in one for one in ids) == (value == "other")


def test_personal_key_reads_lets_a_users_own_key_read_and_not_write(openai, wire, reader):
    assert wire.get(USERS, key=openai.personal_key).status == 403
    openai.faults(personal_key_reads=True)
    assert wire.get(USERS, key=openai.personal_key).status == 200
    removal = wire.delete(f"{USERS}/{reader['id']}", key=openai.personal_key)
    assert "Missing scopes: api.management.write" in removal.message


def test_key_expires_in_is_listed_and_then_happens(openai, wire):
    openai.faults(key_expires_in=3600)
    assert wire.get(KEYS).json["data"][0]["expires_at"] > time.time()
    openai.advance(3601)
    assert wire.get(USERS).json["error"]["code"] == "invalid_api_key"


def test_false_401_hits_a_good_key_once(openai, wire):
    openai.faults(false_401="on@users#2")
    assert [wire.get(USERS).status for _ in range(3)] == [200, 401, 200]


# Whole answers


@pytest.mark.parametrize(
    ("shape", "status", "start"),
    [
        ("flat", 404, b'{"code":404,"message":"User not found."}'),
        ("string", 404, b'{"error":"User not found."}'),
        ("html", 502, b"<html>"),
        ("empty", 404, b""),
        ("truncated", 404, b'{"error":{"message":"User not'),
    ],
)
def test_error_body_takes_every_shape_seen(openai, wire, shape, status, start):
    openai.faults(error_body=shape)
    refused = wire.get(f"{USERS}/user-nobody")
    assert refused.status == status
    assert refused.raw.startswith(start)
    assert (refused.raw == b"") is (start == b"")


def test_broken_body_spoils_good_answers(openai, wire):
    whole = wire.get(USERS).raw
    openai.faults(broken_body="truncated")
    assert wire.get(USERS).raw == whole[: len(whole) // 2]
    openai.faults(broken_body="empty")
    assert (wire.get(USERS).status, wire.get(USERS).raw) == (200, b"")
    openai.faults(broken_body="html")
    assert (wire.get(USERS).status, wire.get(USERS).headers["content-type"]) == (502, "text/html")
    openai.faults(broken_body="html_200")
    assert (wire.get(USERS).status, wire.get(USERS).headers["content-type"]) == (200, "text/html")


def test_not_found_denies_what_is_there(openai, wire):
    openai.faults(not_found="on@users#2")
    assert [wire.get(USERS).status for _ in range(3)] == [200, 404, 200]


def test_bad_request_refuses_without_a_reason_that_means_anything(openai, wire):
    project, *_ = wire.get(PROJECTS).ids
    members = f"{PROJECTS}/{project}/users"
    openai.faults(bad_request=f"on@/v1{members}")
    assert (wire.get(members).status, wire.get(PROJECTS).status) == (400, 200)
    assert wire.get(members).message == "The planets are not aligned."


@pytest.mark.parametrize(
    ("how", "code", "retry_after"),
    [
        ("plain", "rate_limit_exceeded", None),
        ("retry_after", "rate_limit_exceeded", "1"),
        ("absurd", "rate_limit_exceeded", "3600"),
        ("insufficient_quota", "insufficient_quota", None),
        ("slow_down", "slow_down", None),
    ],
)
def test_rate_limited_refuses_in_every_way(openai, wire, how, code, retry_after):
    openai.faults(rate_limited=f"{how}@users")
    refused = wire.get(USERS)
    assert (refused.status, refused.json["error"]["code"]) == (429, code)
    assert refused.headers.get("retry-after") == retry_after
    assert not [name for name in refused.headers if name.startswith("x-ratelimit")]
    assert wire.get(INVITES).status == 200


def test_overloaded_comes_as_a_storm_and_passes(openai, wire):
    openai.faults(overloaded="on@users#2x3")
    assert [wire.get(USERS).status for _ in range(5)] == [200, 503, 503, 503, 200]


def test_server_error_happens_before_anything_is_done(openai, wire, reader):
    openai.faults(server_error="on@DELETE:users")
    assert wire.get(USERS).status == 200
    assert wire.delete(f"{USERS}/{reader['id']}").status == 500
    assert openai.state()["users"] == 50


def test_conflict_meets_changes_only(openai, wire, reader):
    openai.faults(conflict=True)
    assert wire.get(USERS).status == 200
    assert wire.delete(f"{USERS}/{reader['id']}").status == 409
    assert openai.requests()[-1]["outcome"] == "refused"


def test_slow_drip_spreads_a_whole_body_over_time(openai, wire):
    whole = wire.get(USERS).raw
    openai.faults(slow_drip=0.2)
    started = time.monotonic()
    assert wire.get(USERS).raw == whole
    assert time.monotonic() - started > 0.1


def test_delay_makes_a_client_with_less_patience_give_up(openai, wire):
    openai.faults(delay="5@users#1")
    wire.timeout = 0.2
    with pytest.raises(TimeoutError):
        wire.get(USERS)


def test_timeout_answers_nothing_and_does_nothing(openai, wire, reader):
    openai.faults(timeout=True)
    wire.timeout = 0.2
    with pytest.raises(TimeoutError):
        wire.delete(f"{USERS}/{reader['id']}")
    assert openai.state()["users"] == 50


def test_reset_cuts_the_connection_in_the_middle(openai, wire):
    openai.faults(reset=True)
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        wire.get(USERS)


@pytest.mark.parametrize("lost", ["500", "503"])
def test_commit_then_500_has_removed_the_user(openai, wire, reader, lost):
    openai.faults(commit_then=lost)
    assert wire.delete(f"{USERS}/{reader['id']}").status == int(lost)
    assert openai.state()["users"] == 49
    assert openai.requests()[-1]["outcome"] == "committed_unreported"
    assert wire.get(USERS).status == 200


def test_commit_then_timeout_has_sent_the_invite(openai, wire):
    openai.faults(commit_then="timeout#1")
    wire.timeout = 0.2
    with pytest.raises(TimeoutError):
        wire.post(INVITES, {"email": "new@halden.example", "role": "reader"})
    assert "new@halden.example" in [invite["email"] for invite in openai.invites()]


def test_commit_then_reset_has_removed_the_user(openai, wire, reader):
    openai.faults(commit_then="reset")
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        wire.delete(f"{USERS}/{reader['id']}")
    assert openai.state()["users"] == 49
