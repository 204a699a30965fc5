"""An operation from its plan to the proof, through the simulator."""

from __future__ import annotations

import pytest

from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of

State = ProvisioningOperation.State


@pytest.fixture
def members(connection, sync):
    sync()
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    return list(Account.objects.filter(kind="person", role="reader").order_by("pk"))


def remove(*accounts):
    operations = plan_operations(
        plans=[planned.of_member(account) for account in accounts],
        cause=planned.Cause(why="a test"),
        actor=actor_of("ada"),
    )
    start_operations(batch=operations[0].batch, actor=actor_of("ada"))
    acting.work(operations[0].batch, actor=actor_of("ada"))
    for operation in operations:
        operation.refresh_from_db()
    return operations


def test_a_member_is_removed_and_read_back(members, openai):
    (operation,) = remove(members[0])
    assert (operation.state, operation.reason) == (State.VERIFIED, "")
    kinds = list(operation.steps.order_by("id").values_list("kind", flat=True))
    assert kinds == [
        *("planned", "approved", "about_to_send"),
        *("answered", "read_in_list", "read_after"),
    ]
