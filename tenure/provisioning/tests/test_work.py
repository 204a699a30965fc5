"""An operation from its plan to the proof, through the simulator."""

from __future__ import annotations

import pytest

from tenure.connections.operations.accept_organization import accept_organization
from tenure.connections.operations.set_connection import set_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.retry_operation import retry_operation
from tenure.testing.cast import actor_of
from tests.faults import judge

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block


def changes(openai):
    return [one for one in openai.requests() if one["method"] != "GET"]


def kinds_of(operation):
    return list(operation.steps.order_by("id").values_list("kind", flat=True))


def test_a_member_is_removed_and_read_back(members, remove, openai):
    operation = remove(members[0])
    assert (operation.state, operation.reason) == (State.VERIFIED, "")
    assert kinds_of(operation) == [
        *("planned", "approved", "about_to_send"),
        *("answered", "read_in_list", "read_after"),
    ]
    assert [one["path"] for one in changes(openai)] == [
        f"/v1/organization/users/{members[0].external_id}"
    ]
    answered = operation.steps.get(kind="answered")
    assert answered.request_id.startswith("req_")
    assert answered.request == f"DELETE /organization/users/{members[0].external_id}"


def test_who_is_gone_already_needs_no_request(members, remove, openai):
    openai.remove_user(members[0].email)
    openai.forget_requests()
    operation = remove(members[0])
    assert operation.state == State.VERIFIED
    assert not changes(openai)
    assert "gone already" in operation.steps.get(kind="read_before").text


def test_another_address_stops_it_until_somebody_has_looked(members, remove, openai, work):
    openai.change_user(members[0].email, email="somebody.else@halden.example")
    openai.forget_requests()
    operation = remove(members[0])
    assert (operation.state, operation.block) == (State.BLOCKED, Block.IDENTITY_CHANGED)
    assert f"from {members[0].email} to somebody.else@halden.example" in operation.reason
    assert not changes(openai)
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).state == State.VERIFIED
    assert len(changes(openai)) == 1


@pytest.mark.parametrize("answer", ["500", "503", "reset"])
def test_a_lost_answer_is_found_out_by_reading(members, remove, openai, work, answer):
    openai.faults(commit_then=f"{answer}@DELETE:users#1")
    operation = remove(members[0])
    assert (operation.state, operation.is_in_doubt) == (State.RUNNING, True)
    assert work(operation, later=6).state == State.VERIFIED
    assert len(changes(openai)) == 1
    assert "read shows that the change was made" in operation.steps.get(kind="read_before").text


def test_what_was_not_made_is_sent_again_after_a_read(members, remove, openai, work):
    openai.faults(server_error="on@DELETE:users#1")
    operation = remove(members[0])
    assert (operation.state, operation.is_in_doubt) == (State.RUNNING, True)
    assert work(operation, later=6).state == State.VERIFIED
    assert len(changes(openai)) == 2
    assert operation.attempts == 2


def test_after_five_attempts_it_fails_and_says_why(members, remove, openai, work):
    openai.faults(server_error="on@DELETE:users")
    operation = remove(members[0])
    for _ in range(12):
        operation = work(operation, later=400)
    assert operation.state == State.FAILED
    assert operation.reason.startswith("It was tried five times.")
    assert len(changes(openai)) == 5


def test_a_provider_that_wants_less_is_waited_for(members, remove, openai, work):
    openai.faults(rate_limited="retry_after@DELETE:users#1")
    operation = remove(members[0])
    assert (operation.state, operation.is_in_doubt) == (State.QUEUED, False)
    assert operation.not_before is not None
    assert work(operation, later=120).state == State.VERIFIED


def test_a_key_that_may_not_is_asked_three_times_and_then_told(members, remove, openai, work):
    openai.faults(false_401="on@DELETE:users")
    operation = remove(members[0])
    assert (operation.state, operation.is_in_doubt) == (State.QUEUED, False)
    assert operation.reason.startswith("Refused, perhaps by mistake")
    assert work(operation, later=16).state == State.QUEUED
    assert work(operation, later=61).block == Block.NO_PERMISSION
    assert operation.reason.startswith("The key may not do this. This key lacks api.management")
    told = judge.verdict(openai)
    assert (told["requests"], told["made"], told["blind"]) == (3, 0, [])
    openai.clear_faults()
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).state == State.VERIFIED


@pytest.mark.parametrize("where", ["GET:users#1", "DELETE:users#1", "GET:users#2", "GET:users#3"])
def test_one_false_refusal_stops_nothing(members, remove, openai, work, where):
    openai.faults(false_401=f"on@{where}")
    operation = remove(members[0])
    assert operation.state in (State.QUEUED, State.DONE)
    assert work(operation, later=16).state == State.VERIFIED
    assert operation.refusals == 0
    told = judge.verdict(openai)
    assert (told["made"], told["blind"], told["twice"]) == (1, [], [])


def test_a_list_that_lags_is_waited_for(members, remove, openai, work):
    openai.faults(list_lag="120")
    operation = remove(members[0])
    assert operation.state == State.DONE
    openai.advance(130)
    assert work(operation, later=10).state == State.VERIFIED


def test_nothing_is_sent_while_removal_is_off(connection, members, remove, openai):
    set_removal(ref=connection.ref, is_on=False, actor=actor_of("ada"))
    operation = remove(members[0])
    assert (operation.state, operation.block) == (State.BLOCKED, Block.REMOVAL_OFF)
    assert "Turn it on in the connection's settings" in operation.reason
    assert not changes(openai)


@pytest.mark.parametrize(
    ("signals", "state"),
    [
        ({"organization_header": "absent"}, State.VERIFIED),  # the roles say it
        ({"role_ids": "bare"}, State.VERIFIED),  # the header says it
        ({"organization_header": "absent", "role_ids": "bare"}, State.BLOCKED),
        ({"organization_header": "other"}, State.BLOCKED),
        ({"organization_mismatch": "on"}, State.BLOCKED),
    ],
)
def test_each_sign_of_the_organization_may_be_missing(members, remove, openai, signals, state):
    openai.faults(**signals)
    operation = remove(members[0])
    assert operation.state == state, operation.reason
    assert len(changes(openai)) == (state == State.VERIFIED)


def test_an_admin_may_take_it_upon_them(connection, members, remove, openai, work):
    openai.faults(organization_header="absent", role_ids="bare")
    operation = remove(members[0])
    assert operation.block == Block.NOT_PROVABLE
    accept_organization(ref=connection.ref, is_accepted=True, actor=actor_of("ada"))
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).state == State.VERIFIED


@pytest.mark.parametrize(
    ("mark", "block"),
    [
        ({"is_break_glass": True}, Block.BREAK_GLASS),
        ({"is_default": True}, Block.DEFAULT_ACCOUNT),
        ({"kind": Account.Kind.SERVICE}, Block.SERVICE),
    ],
)
def test_some_accounts_are_never_removed(members, remove, openai, mark, block):
    Account.objects.filter(pk=members[0].pk).update(**mark)
    operation = remove(members[0])
    assert (operation.state, operation.block) == (State.BLOCKED, block)
    assert operation.reason.endswith(".")
    assert not changes(openai)


def test_the_owner_of_our_key_stays(connection, members, remove, openai):
    connection.keys.update(owner_id=members[0].external_id)
    operation = remove(members[0])
    assert (operation.state, operation.block) == (State.BLOCKED, Block.KEY_OWNER)
    assert not changes(openai)


def test_what_is_under_way_is_read_back_though_the_rest_is_stopped(members, remove, work, openai):
    openai.change_user(members[1].email, email="somebody.else@halden.example")
    openai.faults(list_lag="60")
    operations = remove(*members[:3])
    assert [one.state for one in operations] == [State.DONE, State.BLOCKED, State.QUEUED]
    openai.advance(61)
    assert work(operations[0], later=61).state == State.VERIFIED
    assert [work(one).state for one in operations[1:]] == [State.BLOCKED, State.QUEUED]


def test_one_that_cannot_be_read_holds_up_the_others_for_minutes_only(
    members, remove, work, openai
):
    openai.faults(server_error=f"on@/v1/organization/users/{members[0].external_id}")
    operations = remove(*members[:2])
    assert [one.state for one in operations] == [State.QUEUED, State.QUEUED]
    for _ in range(20):
        work(operations[0], later=16)
    assert [work(one).state for one in operations] == [State.QUEUED, State.VERIFIED]
    openai.clear_faults()
    assert work(operations[0], later=16).state == State.VERIFIED


def test_a_provider_that_wants_less_again_and_again_is_still_waited_for(
    members, remove, work, openai
):
    openai.faults(rate_limited="retry_after@DELETE:users#1x8")
    operation = remove(members[0])
    for _ in range(8):
        assert (operation.state, operation.is_in_doubt) == (State.QUEUED, False)
        operation = work(operation, later=120)
    assert (operation.state, len(changes(openai))) == (State.VERIFIED, 9)


def test_when_many_wait_for_the_budget_no_read_is_made_in_vain(
    connection, members, remove, work, openai
):
    set_connection(ref=connection.ref, requests_per_minute=20, actor=actor_of("ada"))
    openai.forget_requests()
    operations = [remove(member) for member in members[:4]]
    for _ in range(60):
        for operation in operations:
            work(operation, later=1)
    assert {one.state for one in operations} == {State.VERIFIED}
    assert len(openai.requests()) == 4 * len(operations)


def test_a_clock_put_back_holds_up_nothing(members, remove, work, openai):
    openai.faults(commit_then="500@DELETE:users#1")
    operation = remove(members[0])
    assert operation.is_in_doubt
    assert work(operation, later=-7200).state == State.VERIFIED


def test_nor_does_a_pause_from_before_the_clock_was_put_back(members, remove, work, openai):
    openai.faults(rate_limited="absurd@DELETE:users#1")
    operation = remove(members[0])
    assert work(operation, later=600).reason.endswith("again in 60 minutes.")
    assert work(operation, later=-1800).state == State.VERIFIED


def test_what_is_there_for_good_is_sent_again_when_somebody_tries_again(
    members, remove, work, openai
):
    openai.faults(not_found="on@DELETE:users#1")
    operation = remove(members[0])
    assert work(operation, later=301).block == Block.NOT_VISIBLE
    assert operation.reason.endswith("before you try again.")
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).state == State.VERIFIED
    assert len(changes(openai)) == 2
