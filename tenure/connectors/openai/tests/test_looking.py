"""What one read says: there, not there, or nothing at all."""

from __future__ import annotations

import json

import pytest

from tenure.connectors.changing import Identity, Target
from tenure.connectors.openai.tests.things import GROUP, NIA, failed, remove, unseen
from tenure.lib.tests.recording import Answer


@pytest.mark.parametrize(
    ("odd", "written"),
    [
        ("a/../b", "a%2F..%2Fb"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("a%2fb", "a%252fb"),
        ("PARENT0", "PARENT0"),
        ("a b\n", "a%20b%0A"),
    ],
)
def test_an_odd_id_is_one_part_of_the_address(odd, written, raw, connect):
    connector = connect(base_url=f"{raw.url}/v1")
    target = Target(kind="project_member", id=odd, parent_id="PARENT1")
    raw.answer = lambda _: Answer(404, b"", {"x-request-id": "req_1"})
    assert not connector.look(target).is_there
    assert [sent.path for sent in raw.sent] == [
        f"/v1/organization/projects/PARENT1/users/{written}"
    ]


def test_what_is_in_an_archived_project_is_neither_there_nor_gone(things, connector):
    things.simulator.change_project(things.project, archived=True)
    for kind in ("project_key", "project_member", "service_account"):
        target = things.targets[kind]
        refused = failed(connector, remove(target))
        assert (refused.outcome, refused.kind) == ("refused", "parent_gone")
        assert unseen(connector.look, target).kind == "parent_gone"
        assert unseen(connector.look_in_list, target, Identity()).kind == "parent_gone"


def test_the_list_of_a_group_that_is_no_more_says_nothing_and_its_member_is_gone(things, connector):
    things.simulator.remove_group(GROUP)
    target = things.targets["group_member"]
    assert not connector.look(target).is_there
    assert unseen(connector.look_in_list, target, Identity()).kind == "parent_gone"


def test_keys_of_people_without_access_and_pages_without_an_address_are_found(things, connector):
    simulator = things.simulator
    simulator.remove_member(things.project, NIA)
    assert connector.look_in_list(things.targets["project_key"], Identity()).is_there
    last = simulator.users()[-1]
    simulator.forget_requests()
    assert connector.look_in_list(Target(kind="member", id=last["id"]), Identity()).is_there
    assert len(simulator.requests()) == 2
    simulator.forget_requests()
    assert not connector.look_in_list(Target(kind="member", id="user-0"), Identity()).is_there
    assert len(simulator.requests()) == 2


def test_ids_are_compared_however_the_list_is_narrowed(things, connector):
    nobody = Target(kind="member", id="user-0")
    things.simulator.faults(email_filter="ignored")
    assert not connector.look_in_list(nobody, Identity(email=NIA)).is_there
    assert len(things.simulator.requests()) == 2
    assert connector.look_in_list(things.targets["member"], Identity(email=NIA)).is_there


@pytest.mark.parametrize(
    "switch",
    [
        {"page_null_cursor": "on@users#1"},
        {"page_no_has_more": "on@users#1"},
        {"page_circle": "on@users#2"},
        {"page_repeated_cursor": "on@users#2"},
        {"page_no_data": "on@users#1"},
        {"page_odd_item": "id_number@users#1"},
        {"missing_id": "0.2@users"},
        {"broken_body": "truncated@users"},
        {"broken_body": "html_200@users"},
        {"overloaded": "on@users#2"},
        {"rate_limited": "plain@users#2"},
    ],
)
def test_a_list_that_was_not_read_to_its_end_says_nothing(switch, things, connector):
    things.simulator.faults(**switch)
    nobody = Target(kind="member", id="user-0")
    assert unseen(connector.look_in_list, nobody, Identity()).kind in (
        "unreadable",
        "not_the_provider",
        "provider_error",
        "rate_limited",
    )
    assert len(things.simulator.requests()) <= 3


def test_an_empty_page_with_more_to_come_is_no_end(things, connector):
    things.simulator.faults(page_empty_more="on@users#1")
    last = things.simulator.users()[-1]
    assert connector.look_in_list(Target(kind="member", id=last["id"]), Identity()).is_there


@pytest.mark.parametrize(
    "switch",
    [
        {"false_401": "on"},
        {"server_error": "on"},
        {"rate_limited": "plain"},
        {"broken_body": "html"},
        {"broken_body": "html_200"},
        {"broken_body": "empty"},
        {"broken_body": "truncated"},
        {"bad_request": "on"},
        {"reset": "on"},
        {"missing_id": "on"},
    ],
)
def test_a_read_that_fails_is_no_absence(switch, things, connector):
    things.simulator.faults(**switch)
    unseen(connector.look, things.targets["member"])
    assert len(things.simulator.requests()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b'{"id":"user-2","object":"organization.user"}'),
        Answer(body=b'{"object":"list","data":[]}'),
        Answer(body=b"[]"),
        Answer(404, b"<html>Not Found</html>", {"content-type": "text/html"}),
        Answer(404, b""),
        Answer(404, b'{"error":{"message":"Invalid URL (GET /v2/organization/users/user-1)"}}'),
        Answer(301, b"", {"location": "/v1"}),
        Answer(410, b'{"error":{"message":"Gone"}}'),
        Answer(400, b'{"error":{"message":"User not found in cache"}}'),
        Answer(401, b'{"error":{"message":"You must be a member of an organization"}}'),
    ],
)
def test_only_an_answer_about_the_id_proves_anything(answer, raw, connect):
    raw.answer = lambda _: answer
    connector = connect(base_url=raw.url)
    unseen(connector.look, Target(kind="member", id="user-1"))
    assert len(raw.sent) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, b'{"code":404,"message":"The user user-1 was not found"}'),
        Answer(404, b"", {"x-request-id": "req_1"}),
        Answer(400, b'{"error":"User user-1 is not a member of proj_1"}'),
    ],
)
def test_not_there_is_said_in_several_ways(answer, raw, connect):
    raw.answer = lambda _: answer
    assert not connect(base_url=raw.url).look(Target(kind="member", id="user-1")).is_there


@pytest.mark.parametrize("header", ["id", "slug", "other", "absent"])
def test_whose_organization_answers_is_on_everything(header, things, connector):
    things.simulator.faults(organization_header=header)
    target, identity = things.targets["member"], things.identities["member"]
    seen = {connector.look(target).organization,
            connector.look_in_list(target, identity).organization,
            connector.change(remove(target)).organization,
            connector.look(target).organization}  # fmt: skip
    (named,) = seen
    assert (named == things.simulator.organization_id) == (header == "id")
    assert (named == "") == (header == "absent")
    assert connector.organization() == things.simulator.organization_id


def test_roles_that_name_no_organization_or_two_are_told_apart(raw, connect):
    page = {"object": "list", "has_more": False}

    def answers(*ids):
        data = [{"object": "role", "id": one} for one in ids]
        raw.answer = lambda _: Answer(body=json.dumps({**page, "data": data}).encode())

    connector = connect(base_url=raw.url)
    answers("role_01", "role-api-organization-owner")
    assert connector.organization() == ""
    answers("role-api-organization-owner__api-organization__org-A", "r__api-organization__org-B")
    assert unseen(connector.organization).kind == "wrong_organization"
    raw.answer = lambda _: Answer(body=b'{"data":[{"name":"owner"}]}')
    assert unseen(connector.organization).kind == "unreadable"
    assert {sent.headers["openai-organization"] for sent in raw.sent} != {None}


def test_each_kind_draws_on_the_budget_of_its_list(things, connector):
    families = {kind: connector.family(target) for kind, target in things.targets.items()}
    assert families == {
        "member": "",
        "admin_key": "",
        "invitation": "",
        "project_key": "project_keys",
        "project_member": "project_users",
        "group_member": "group_users",
        "service_account": "service_accounts",
    }


@pytest.mark.parametrize("header", ["id", "slug", "absent"])
def test_what_names_the_organization_is_kept_when_a_key_is_judged(header, simulator, connect):
    simulator.faults(organization_header=header)
    connector = connect(simulator)
    validation = connector.validate()
    nobody = connector.look(Target(kind="member", id="user-0"))
    assert validation.organization_header == nobody.organization
    assert validation.organization_in_roles == connector.organization()
