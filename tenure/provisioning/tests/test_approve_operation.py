"""Owners of the organization go only with two persons, and never the last one."""

from __future__ import annotations

import pytest

from tenure.inventory.models import Account
from tenure.lib.errors import NotAllowed
from tenure.people.models import Person
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.approve_operation import approve_operation
from tenure.provisioning.tests.conftest import somebody
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
    return somebody("ada")


def mara():
    return somebody("mara")


@pytest.fixture(autouse=True)
def _both(two_people):
    pass


def test_without_a_second_person_it_is_done_by_hand(owners, remove):
    Person.objects.get(user__email_key="mara@halden.example").delete()
    operation = remove(owners[0], by=ada())
    assert (operation.mode, operation.state) == ("manual", State.QUEUED)
    assert operation.instructions.startswith("This needs two people")


def test_an_owner_waits_for_a_second_person(owners, remove, work, openai):
    operation = remove(owners[0], by=ada())
    assert operation.state == State.AWAITING_APPROVAL
    assert not [one for one in openai.requests() if one["method"] != "GET"]
    with pytest.raises(NotAllowed, match="ask somebody other than yourself"):
        approve_operation(ref=operation.ref, actor=ada())
    second_user = actor_of("mara", person_id=ada().person_id)
    with pytest.raises(NotAllowed, match="ask somebody other than yourself"):
        approve_operation(ref=operation.ref, actor=second_user)
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


def test_whoever_became_an_owner_meanwhile_waits_for_a_second_person(members, remove, work, openai):
    openai.change_user(members[0].email, role="owner")
    operation = remove(members[0], by=ada())
    assert operation.state == State.AWAITING_APPROVAL
    assert "second person" in operation.reason
    assert not [one for one in openai.requests() if one["method"] != "GET"]
    approve_operation(ref=operation.ref, actor=mara())
    assert work(operation).state == State.VERIFIED
