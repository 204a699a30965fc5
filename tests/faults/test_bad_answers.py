"""Whatever the provider answers, and whatever the clock says: each thing is removed, or given,
once.
"""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from tenure.connections.operations.set_connection import set_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account, Credential, Invitation, Resource
from tenure.inventory.tests.conftest import connection, sync
from tenure.lib import clock
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.retry_operation import retry_operation
from tenure.provisioning.operations.start_operations import start_operations
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of
from tenure.testing.lengths import FULL, length
from tests.faults import judge

__all__ = ["connection", "sync"]

pytestmark = pytest.mark.faults
AT_ONCE = length(2, full=4)
REMOVALS = length(12, full=400)
SEED = None if FULL else 20261127
State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
Action = ProvisioningOperation.Action
COLLECTIONS = {"member": "users", "project_key": "project_keys", "invitation": "invites"}
GIVEN = {"new invitation": "invites", "new member": "project_users", "role": "project_users"}
# A provider that never answers is waited for half a minute.
SILENT = {"commit_then": "timeout", "timeout": "on"} if FULL else {}


@pytest.fixture(scope="module")
def _organization():
    size = REMOVALS + 150
    sizes = {"users": size, "keys": size, "invites": size, "members": size // 3}
    with running_simulator(projects=1, **sizes) as simulator:
        yield simulator


@pytest.fixture
def openai(_organization):
    _organization.reset()
    yield _organization
    _organization.clear_faults()


@pytest.fixture
def things(connection, sync):
    """What may be removed, by kind."""
    sync()
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    set_connection(ref=connection.ref, brake_per_hour=10_000, actor=actor_of("ada"))
    people = Account.objects.filter(kind="person", role="reader").order_by("external_id")
    keys = Credential.objects.exclude(resource=None).order_by("external_id")
    invitations = Invitation.objects.filter(status="pending").order_by("external_id")
    return {
        "member": map(planned.of_member, people),
        "project_key": map(planned.of_credential, keys),
        "invitation": map(planned.of_invitation, invitations),
        **given(connection, people),
    }


def given(connection, people):
    """What may be given, by kind: to one project, whose members are some of these people."""
    project = Resource.objects.get(kind="project", archived_at=None)
    there = people.filter(grants__ended_at=None, grants__collection__resource=project)
    guests = (f"guest-{number}@halden.example" for number in count())
    into = partial(planned.of_place, resource=project, action=Action.ADD, role="member")
    return {
        "new invitation": (
            planned.of_new_invitation(connection, guest, projects=[(project, "member")])
            for guest in guests
        ),
        "new member": map(into, people.exclude(pk__in=there)),
        "role": (planned.of_role(one, "viewer", project) for one in there),
    }


@pytest.fixture
def begin(things):
    """`begin("member")`: let go, and not worked on."""

    def one(kind):
        cause, ada = planned.Cause(why="a test"), actor_of("ada")
        [operation] = plan_operations(plans=[next(things[kind])], cause=cause, actor=ada)
        start_operations(batch=operation.batch, actor=ada)
        return operation

    return one


@pytest.fixture
def act(openai, time_machine):
    """`act(operation, later=60)`: a worker's turn; the provider's clock goes with ours."""

    def turn(operation, *, later=0.0):
        time_machine.move_to(clock.now() + timedelta(seconds=later), tick=True)
        openai.advance(later)
        acting.work(operation.batch, actor=actor_of("ada"))
        operation.refresh_from_db()
        return operation

    return turn


@pytest.fixture
def settle(act):
    """Until it is verified, within hours: whatever blocked it or made it fail is tried again."""

    def until(operation):
        for _ in range(12):
            if operation.state in (State.BLOCKED, State.FAILED):
                assert operation.reason.endswith("."), operation.reason
                retry_operation(ref=operation.ref, actor=actor_of("ada"))
            if act(operation, later=1800).state == State.VERIFIED:
                return
        raise AssertionError(f"still {operation.state}: {operation.reason}")

    return until


ON_CHANGES = (
    {"commit_then": "500"},
    {"commit_then": "503"},
    {"commit_then": "reset"},
    {"server_error": "on"},
    {"overloaded": "on"},
    {"reset": "on"},
    {"slow_drip": "1"},
    {"rate_limited": "retry_after"},
    {"rate_limited": "absurd"},
    {"rate_limited": "slow_down"},
    {"broken_body": "html"},
    {"broken_body": "html_200"},
    {"broken_body": "empty"},
    {"broken_body": "truncated"},
    {"conflict": "on"},
    {"bad_request": "on"},
    {"not_found": "on"},
    {"false_401": "on"},
    *({name: value} for name, value in SILENT.items()),
)
ON_READS = (
    {"server_error": "on"},
    {"not_found": "on"},
    {"rate_limited": "retry_after"},
    {"broken_body": "html_200"},
    {"broken_body": "truncated"},
    {"error_body": "html", "server_error": "on"},
    {"false_401": "on"},
    {"reset": "on"},
    {"other_id": "on"},
    {"missing_id": "on"},
)
EVERYWHERE = (
    {"list_lag": "90"},
    {"read_lag": "90"},
    {"list_lag": "400", "read_lag": "30"},
    {"repeat_delete": "200"},
    {"repeat_delete": "400"},
    {"email_filter": "ignored"},
    {"email_filter": "exact"},
    {"users_empty": "on"},
    {"page_null_cursor": "on"},
    {"page_repeated_cursor": "on"},
    {"page_circle": "on"},
    {"page_no_has_more": "on"},
    {"page_no_data": "on"},
    {"page_odd_data": "object"},
    {"page_odd_item": "text"},
    {"page_odd_item": "id_number"},
    {"page_duplicate": "on"},
    {"page_empty_more": "on"},
    {"page_short": "on"},
)
JUMPS = (0, 0, 0, 0, 3600, -3600)


def spoiled(chance, collection, method="DELETE"):
    """Some switches, each for a while."""
    some = {}
    for _ in range(AT_ONCE):
        where, catalogue = chance.choice(
            [(f"{method}:", ON_CHANGES), ("GET:", ON_READS), ("", EVERYWHERE)]
        )
        for name, value in chance.choice(catalogue).items():
            nth = f"#{chance.randint(1, 3)}x{chance.randint(1, 3)}" if where else ""
            some[name] = f"{value}@{where}{collection}{nth}" if where else value
    return some


def test_whatever_is_answered_each_thing_is_removed_once(openai, begin, act, settle):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    for number in range(REMOVALS):
        operation = begin(kind := [*COLLECTIONS][number % 3])
        openai.forget_requests()
        openai.faults(**(faults := spoiled(chance, COLLECTIONS[kind])))
        for _ in range(chance.randint(1, 4)):
            act(operation, later=chance.choice(JUMPS) + chance.choice([1, 6, 20]))
        openai.clear_faults()
        settle(operation)
        told = judge.verdict(openai)
        assert (told["blind"], told["twice"]) == ([], []), (faults, told)
        # What a provider calls gone, by id and in its list, is gone for whoever asks.
        assert told["made"] == 1 or "not_found" in faults, (faults, told)


def test_whatever_is_answered_each_thing_is_given_once(openai, begin, act, settle):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    for number in range(REMOVALS):
        operation = begin(kind := [*GIVEN][number % 3])
        openai.forget_requests()
        openai.faults(**(faults := spoiled(chance, GIVEN[kind], "POST")))
        for _ in range(chance.randint(1, 4)):
            act(operation, later=chance.choice(JUMPS) + chance.choice([1, 6, 20]))
        openai.clear_faults()
        settle(operation)
        told = judge.verdict(openai)
        assert (told["blind"], told["twice"], told["made"]) == ([], [], 1), (kind, faults, told)


@pytest.mark.parametrize("lost", ["500", "503", "reset", *(["timeout"] if FULL else [])])
def test_an_invitation_whose_answer_is_lost_is_never_sent_again(openai, begin, act, settle, lost):
    openai.faults(commit_then=f"{lost}@POST:invites#1", invite_lag="90")
    operation = begin("new invitation")
    assert act(operation).is_in_doubt
    for seconds in (6, 20):
        assert act(operation, later=seconds).is_in_doubt
    settle(operation)
    told = judge.verdict(openai)
    assert (told["requests"], told["made"], told["blind"]) == (1, 1, [])


@pytest.mark.parametrize("lost", ["500", "503", "reset", *(["timeout"] if FULL else [])])
def test_a_lost_answer_and_a_read_that_lags(openai, begin, act, settle, lost):
    """The read says that it was not made: it is sent again, after that read."""
    openai.faults(commit_then=f"{lost}@DELETE:users#1", read_lag="30")
    operation = begin("member")
    assert act(operation).is_in_doubt
    act(operation, later=6)
    openai.clear_faults()
    settle(operation)
    told = judge.verdict(openai)
    assert (told["made"], told["blind"], told["twice"]) == (1, [], [])


@pytest.mark.parametrize(
    "anomaly",
    [
        {"page_null_cursor": "on"},
        {"page_repeated_cursor": "on@project_keys#2"},
        {"page_no_has_more": "on"},
        {"page_no_data": "on"},
        {"page_odd_data": "text"},
        {"page_odd_item": "id_number"},
        {"missing_id": "on@project_keys"},
        {"broken_body": "html_200@GET:project_keys"},
        {"broken_body": "truncated@GET:project_keys"},
    ],
    ids=str,
)
def test_a_list_without_an_end_verifies_nothing(openai, begin, act, settle, anomaly):
    operation = begin("project_key")
    openai.faults(list_lag="5")
    assert act(operation).state == State.DONE
    openai.faults(**anomaly)
    assert act(operation, later=20).state == State.DONE
    assert act(operation, later=20).state == State.DONE
    openai.clear_faults()
    settle(operation)
    assert judge.verdict(openai)["requests"] == 1
