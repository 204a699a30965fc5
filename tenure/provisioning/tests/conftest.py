from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account, Resource
from tenure.inventory.tests.conftest import _organization, connection, openai, sync
from tenure.lib import clock
from tenure.people.models import Person
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import make_person

__all__ = ["_organization", "connection", "openai", "sync"]


def somebody(name):
    """Who is known to be a person: their user is tied to one."""
    user = user_of(name)
    person = Person.objects.filter(user=user).first() or make_person(name.title(), user=user)
    return actor_of(name, person_id=str(person.ref))


@pytest.fixture
def two_people(db):
    """Two who may approve, each known to be a person."""
    return somebody("ada"), somebody("mara")


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
def do(work):
    """`do(plan)`: planned, let go, and worked on once."""

    def run(plan, *, by=None):
        by, cause = by or actor_of("ada"), planned.Cause(why="a test")
        (operation,) = plan_operations(plans=[plan], cause=cause, actor=by)
        start_operations(batch=operation.batch, actor=by)
        return work(operation)

    return run


@pytest.fixture
def project(members):
    return Resource.objects.filter(kind="project", archived_at=None).order_by("pk").first()


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
