from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account
from tenure.inventory.tests.conftest import _organization, connection, openai, sync
from tenure.lib import clock
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of

__all__ = ["_organization", "connection", "openai", "sync"]


@pytest.fixture
def members(connection, sync):
    """Plain members of an organization through which Tenure may remove."""
    sync()
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    return list(Account.objects.filter(kind="person", role="reader").order_by("pk"))


@pytest.fixture
def work(later):
    """`work(operation, later=60)`: a worker's turn at it, so many seconds from then."""

    def run(operation, *, later=0.0, _later=later):
        if later:
            _later(later)
        acting.work(operation.batch, actor=actor_of("ada"))
        operation.refresh_from_db()
        return operation

    return run


@pytest.fixture
def remove(work):
    """`remove(account)`: planned, let go, and worked on once."""

    def run(*accounts, by=None):
        by = by or actor_of("ada")
        operations = plan_operations(
            plans=[planned.of_member(account) for account in accounts],
            cause=planned.Cause(why="a test"),
            actor=by,
        )
        start_operations(batch=operations[0].batch, actor=by)
        work(operations[0])
        for operation in operations:
            operation.refresh_from_db()
        return operations[0] if len(operations) == 1 else operations

    return run


@pytest.fixture
def later(time_machine):
    """`later(60)`: it is a minute later from here on."""

    def advance(seconds):
        time_machine.move_to(clock.now() + timedelta(seconds=seconds), tick=True)

    return advance


@pytest.fixture
def by_hand(members):
    (operation,) = plan_operations(
        plans=[planned.of_member(members[0], mode=ProvisioningOperation.Mode.MANUAL)],
        cause=planned.Cause(why="a test"),
        actor=actor_of("ada"),
    )
    start_operations(batch=operation.batch, actor=actor_of("ada"))
    operation.refresh_from_db()
    return operation
