"""Between plan and call everything changes that can: nothing is sent, and each says why."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import cycle, islice

import pytest

from tenure.connections.models import Connection
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account, Credential, Invitation
from tenure.inventory.tests.conftest import connection, sync
from tenure.lib import clock
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of
from tenure.testing.lengths import FULL, length
from tests.faults import judge

__all__ = ["connection", "sync"]

pytestmark = pytest.mark.faults
OPERATIONS = length(30, full=500)
SEED = None if FULL else 20261127
State = ProvisioningOperation.State
Block = ProvisioningOperation.Block


@pytest.fixture(scope="module")
def _organization():
    keys = OPERATIONS * 2
    with running_simulator(users=OPERATIONS + 60, keys=keys, invites=OPERATIONS) as simulator:
        yield simulator


@pytest.fixture
def openai(_organization):
    _organization.reset()
    yield _organization
    _organization.clear_faults()


@pytest.fixture
def things(connection, sync):
    """What may be removed, by kind, at random, and each once."""
    sync()
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    chance = random.Random(SEED)  # noqa: S311 - no secret
    people = list(Account.objects.filter(kind="person", role="reader"))
    keys = list(Credential.objects.exclude(resource=None).filter(owner__kind="person"))
    invitations = list(Invitation.objects.filter(status="pending"))
    for rows in (people, keys, invitations):
        rows.sort(key=lambda row: row.external_id)
        chance.shuffle(rows)
    return {
        "member": map(planned.of_member, people),
        "project_key": map(planned.of_credential, keys),
        "invitation": map(planned.of_invitation, invitations),
    }


@pytest.fixture
def plan(things):
    """`plan("member")`: the next of its kind, let go and not worked on."""

    def one(kind):
        cause, ada = planned.Cause(why="a test"), actor_of("ada", person_id="person-of-ada")
        [operation] = plan_operations(plans=[next(things[kind])], cause=cause, actor=ada)
        start_operations(batch=operation.batch, actor=ada)
        return operation

    return one


def act(operation):
    acting.work(operation.batch, actor=actor_of("ada"))
    operation.refresh_from_db()
    return operation


def insist(operation, time_machine):
    """As often as a refusal of the key is asked again."""
    while act(operation).refusals:
        time_machine.move_to(clock.now() + timedelta(minutes=1), tick=True)


def another_address(openai, operation):
    openai.change_user(operation.target_id, email=f"other.{operation.pk}@halden.example")


def no_address(openai, operation):
    openai.change_user(operation.target_id, email=None)


def another_owner(openai, operation):
    owner = next(user for user in openai.users() if user["id"] != operation.known.owner_id)
    openai.change_project_key(operation.parent_id, operation.target_id, owner=owner["id"])


def is_accepted(openai, operation):
    openai.accept_invite(operation.known.email)


def is_promoted(openai, operation):
    openai.change_user(operation.target_id, role="owner")


def switches(**faults):
    def set_them(openai, operation):
        openai.faults(**faults)

    set_them.__name__ = " ".join(f"{name}={value}" for name, value in faults.items())
    return set_them


def removal_off(openai, operation):
    set_removal(ref=operation.connection.ref, is_on=False, actor=actor_of("ada"))


def another_organization(openai, operation):
    """The connection is of another organization than the key, which its answers tell."""
    Connection.objects.filter(pk=operation.connection_id).update(organization_id="org-another")


CHANGED, WRONG = Block.IDENTITY_CHANGED, Block.WRONG_ORGANIZATION
PROVEN, DENIED = Block.NOT_PROVABLE, Block.NO_PERMISSION
# What changes, of what, and how it is stopped: a block or a state, and words of its sentence.
CASES = [
    (another_address, "member", CHANGED, "its e-mail changed from"),
    (no_address, "member", CHANGED, "to nothing"),
    (another_owner, "project_key", CHANGED, "its owner changed from"),
    (is_accepted, "invitation", CHANGED, "was accepted meanwhile"),
    (is_promoted, "member", State.AWAITING_APPROVAL, "second person"),
    (removal_off, "member", Block.REMOVAL_OFF, "Removal is off"),
    (switches(revoked="admin"), "member", DENIED, "does not accept this key"),
    (switches(missing_scope="users"), "member", DENIED, "lacks"),
    (switches(false_401="on"), "project_key", DENIED, "lacks"),
    (switches(organization_mismatch="on"), "invitation", WRONG, "another organization"),
    (switches(organization_header="other"), "project_key", WRONG, "another organization"),
    (
        switches(organization_header="absent", role_ids="other"),
        *("member", WRONG, "another organization"),
    ),
    (switches(organization_header="absent", role_ids="bare"), "invitation", PROVEN, "An admin"),
    (another_organization, "member", WRONG, "another organization"),
]


def test_nothing_is_sent_to_what_is_not_what_was_planned(connection, openai, plan, time_machine):
    organization_id, told = connection.organization_id, {}
    for change, kind, stopped, words in islice(cycle(CASES), OPERATIONS):
        operation = plan(kind)
        change(openai, operation)
        insist(operation, time_machine)
        how = (change.__name__, operation.state, operation.block, operation.reason)
        assert stopped in (operation.block, operation.state), how
        assert words in operation.reason, how
        assert operation.reason.endswith("."), how
        told[stopped] = told.get(stopped, 0) + 1
        openai.clear_faults()
        Connection.objects.filter(pk=connection.pk).update(organization_id=organization_id)
        set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    assert judge.changes_of(openai) == []
    print({"operations": OPERATIONS, "changing calls": 0, **told})  # noqa: T201 - shown with -s


SIGNS = {
    "request": {"organization_ignored": "on"},
    "header": {"organization_header": "absent"},
    "roles": {"role_ids": "bare"},
}


@pytest.mark.parametrize(
    ("missing", "state"),
    [
        (("request",), State.VERIFIED),
        (("header",), State.VERIFIED),
        (("roles",), State.VERIFIED),
        (("request", "header"), State.VERIFIED),
        (("request", "roles"), State.VERIFIED),
        (("header", "roles"), State.BLOCKED),
        (("request", "header", "roles"), State.BLOCKED),
    ],
    ids=" and ".join,
)
def test_one_sign_of_the_organization_is_enough_and_none_is_not(openai, plan, missing, state):
    for sign in missing:
        openai.faults(**SIGNS[sign])
    operation = act(plan("member"))
    assert operation.state == state, operation.reason
    assert operation.block == (Block.NOT_PROVABLE if state == State.BLOCKED else "")
    assert len(judge.changes_of(openai)) == (state == State.VERIFIED)


def test_a_disconnected_organization_is_left_alone(connection, openai, plan):
    operation = plan("member")
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    assert (act(operation).state, operation.block) == (State.BLOCKED, Block.ASLEEP)
    assert "Connect it first" in operation.reason
    assert judge.changes_of(openai) == []
