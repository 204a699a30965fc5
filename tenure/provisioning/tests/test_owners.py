"""Owners of the organization go only with two persons, and never the last one."""

from __future__ import annotations

import pytest

from tenure.inventory.models import Account
from tenure.lib.errors import NotAllowed
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.approve_operation import approve_operation
from tenure.testing.cast import actor_of

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block


@pytest.fixture
def owners(connection, members):
    """Those whose key is not the one that Tenure uses come first."""
    ours = set(connection.keys.values_list("owner_id", flat=True))
    owners = Account.objects.filter(role="owner", kind="person", status="active")
    return sorted(owners, key=lambda one: (one.external_id in ours, one.pk))


def ada():
    return actor_of("ada", person_id="person-of-ada")


def mara():
    return actor_of("mara", person_id="person-of-mara")


def test_an_owner_waits_for_a_second_person(owners, remove, work, openai):
    operation = remove(owners[0], by=ada())
    assert operation.state == State.AWAITING_APPROVAL
    assert not [one for one in openai.requests() if one["method"] != "GET"]
    with pytest.raises(NotAllowed, match="ask somebody other than yourself"):
        approve_operation(ref=operation.ref, actor=ada())
    with pytest.raises(NotAllowed, match="ask somebody other than yourself"):
        approve_operation(ref=operation.ref, actor=actor_of("mara", person_id="person-of-ada"))
    approve_operation(ref=operation.ref, actor=mara())
    assert work(operation).state == State.VERIFIED


def test_the_last_owner_stays(connection, owners, remove, work, openai):
    for owner in owners[1:]:
        openai.change_user(owner.email, role="reader")
    operation = remove(owners[0], by=ada())
    approve_operation(ref=operation.ref, actor=mara())
    operation = work(operation)
    assert (operation.state, operation.block) == (State.BLOCKED, Block.LAST_OWNER)
    assert "Make somebody else an owner first" in operation.reason


def test_two_owners_never_go_because_each_counts_on_the_other(
    connection, owners, remove, work, openai
):
    connection.keys.update(owner_id="somebody-else")
    for owner in owners[2:]:
        openai.remove_user(owner.email)
    operations = [remove(owner, by=ada()) for owner in owners[:2]]
    for operation in operations:
        approve_operation(ref=operation.ref, actor=mara())
    states = [work(operation).state for operation in operations]
    assert states == [State.VERIFIED, State.BLOCKED]
    assert sum(one["role"] == "owner" for one in openai.users()) == 1
