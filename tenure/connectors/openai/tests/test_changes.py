"""The one request that changes something, and what its answer says."""

from __future__ import annotations

import json

import pytest

from tenure.connectors.changing import Change, Identity, Target
from tenure.connectors.openai.tests.conftest import KEY
from tenure.connectors.openai.tests.things import GROUP, KINDS, failed, remove, unseen
from tenure.lib.tests.recording import Answer


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_is_seen_by_id_and_in_its_list_and_gone_after_one_request(
    kind, things, connector
):
    target, identity = things.targets[kind], things.identities[kind]
    seen, listed = connector.look(target), connector.look_in_list(target, identity)
    assert seen.identity == identity
    assert listed.identity.name == identity.name
    assert seen.status == ("pending" if kind == "invitation" else "")
    slug = seen.organization
    assert slug
    assert listed.organization == slug
    things.simulator.forget_requests()
    changed = connector.change(remove(target))
    (sent,) = things.simulator.requests()
    assert (sent["method"], sent["outcome"]) == ("DELETE", "committed")
    assert changed.request == f"DELETE {sent['path'].removeprefix('/v1')}"
    assert (changed.status, changed.organization) == (200, slug)
    assert changed.request_id == sent["request_id"]
    for gone in (connector.look(target), connector.look_in_list(target, identity)):
        assert not gone.is_there
        assert gone.organization == slug
        assert gone.request_id


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [404, 400])
def test_removing_what_is_not_there_is_refused_as_not_found(kind, status, things, connector):
    things.simulator.faults(repeat_delete=status)
    connector.change(remove(things.targets[kind]))
    again = failed(connector, remove(things.targets[kind]))
    assert (again.outcome, again.kind, again.status) == ("refused", "not_found", status)
    assert again.request_id


@pytest.mark.parametrize(("kind", "role"), [("project_member", "member"), ("group_member", "")])
def test_who_was_taken_out_can_be_put_back_once(kind, role, things, connector):
    target = things.targets[kind]
    add = Change(action="add", target=target, role=role)
    assert failed(connector, add).outcome == "refused"
    assert "already" in str(failed(connector, add))
    connector.change(remove(target))
    changed = connector.change(add)
    assert changed.request.startswith("POST /organization/")
    assert connector.look(target).identity.role == role
    things.simulator.faults(create_status="201")
    connector.change(remove(target))
    assert connector.change(add).status == 201


def test_who_left_the_organization_cannot_be_put_back(things, connector):
    connector.change(remove(things.targets["member"]))
    add = Change(action="add", target=things.targets["project_member"], role="member")
    refused = failed(connector, add)
    assert (refused.outcome, refused.kind) == ("refused", "not_found")


def test_what_cannot_be_added_is_not_sent(things, connector):
    failure = failed(connector, Change(action="add", target=things.targets["admin_key"]))
    assert (failure.outcome, failure.kind) == ("not_sent", "bad_input")
    assert things.simulator.requests() == []


@pytest.mark.parametrize("odd", ["", ".", "..", "..."])
def test_an_id_that_leads_elsewhere_is_never_sent(odd, things, connector):
    for target in (
        Target(kind="member", id=odd),
        things.inside("project_member", odd),
        Target(kind="group_member", id="user-1", parent_id=odd),
    ):
        failure = failed(connector, remove(target))
        assert (failure.outcome, failure.kind) == ("not_sent", "bad_input")
        assert unseen(connector.look, target).kind == "bad_input"
        assert unseen(connector.look_in_list, target, Identity()).kind == "bad_input"
    assert things.simulator.requests() == []


@pytest.mark.parametrize(
    ("switches", "kind", "words"),
    [
        ({"last_owner": "409"}, "refused", "at least one owner"),
        ({"last_owner": "allow", "key_owner_delete": "403"}, "refused", "owns an admin API key"),
        ({"missing_scope": "users"}, "missing_scope", "lacks api.management.write"),
        ({"missing_scope": "users", "missing_scope_status": "401"}, "missing_scope", "lacks"),
        ({"organization_mismatch": "on"}, "wrong_organization", "another organization"),
        ({"revoked": "admin"}, "invalid_key", "does not accept this key"),
        ({"false_401": "on"}, "missing_scope", "lacks"),
        ({"conflict": "on"}, "refused", "changed at the same time"),
        ({"rate_limited": "plain"}, "rate_limited", "too many requests"),
        ({"rate_limited": "insufficient_quota"}, "quota_exhausted", "credit or quota"),
        ({"bad_request": "on", "error_body": "flat"}, "refused", "planets"),
        ({"bad_request": "on", "error_body": "string"}, "refused", "planets"),
        ({"bad_request": "on", "error_body": "empty"}, "refused", "refused the change (400)"),
        ({"bad_request": "on", "error_body": "truncated"}, "refused", "refused the change (400)"),
    ],
)
def test_a_no_is_a_refusal_in_the_providers_words(switches, kind, words, things, connector):
    simulator = things.simulator
    for user in simulator.users()[1:]:
        if user["role"] == "owner":
            simulator.change_user(user["id"], role="reader")
    simulator.faults(**switches)
    failure = failed(connector, remove(Target(kind="member", id=things.owner["id"])))
    assert (failure.outcome, failure.kind) == ("refused", kind)
    assert words in str(failure)
    assert things.owner["id"] in {user["id"] for user in simulator.users()}


def test_a_pause_that_is_asked_for_is_told(things, connector):
    things.simulator.faults(rate_limited="retry_after")
    failure = failed(connector, remove(things.targets["member"]))
    assert (failure.retry_after, failure.may_pass, failure.status) == (1.0, True, 429)


def test_what_its_place_forbids_is_refused(things, connector):
    simulator, inside = things.simulator, things.inside
    simulator.change_group(GROUP, is_scim_managed=True)
    assert "SCIM" in str(failed(connector, remove(things.targets["group_member"])))
    simulator.put_member(things.project, things.owner["id"])
    owner = failed(connector, remove(inside("project_member", things.owner["id"])))
    assert (owner.outcome, "owners cannot be removed" in str(owner)) == ("refused", True)
    robot = simulator.add_project_key(things.project, "Robot")["id"]
    simulator.faults(machine_key_delete="400")
    assert "service account" in str(failed(connector, remove(inside("project_key", robot))))
    simulator.accept_invite("new@halden.example")
    invitation = things.targets["invitation"]
    assert "accepted" in str(failed(connector, remove(invitation)))
    assert connector.look(invitation).status == "accepted"


def test_no_failure_holds_the_key_or_the_exchange(raw, connect):
    said = json.dumps({"error": {"message": f"No: {KEY}", "code": None}}).encode()
    raw.answer = lambda _: Answer(400, said)
    connector = connect(base_url=raw.url)
    target = Target(kind="member", id="user-1")
    failure = failed(connector, remove(target))
    unread = unseen(connector.look, target)
    for error in (failure, unread):
        assert KEY[:16] not in repr(error) + str(error)
        assert error.__context__ is None
        assert error.__cause__ is None
    assert {sent.headers["openai-organization"] for sent in raw.sent} == {
        "org-HaldenOptics000000000001"
    }


def test_a_closed_connector_sends_nothing(things, connector):
    connector.close()
    assert failed(connector, remove(things.targets["member"])).outcome == "not_sent"
    assert unseen(connector.look, things.targets["member"]).kind == "unreachable"
    assert things.simulator.requests() == []
