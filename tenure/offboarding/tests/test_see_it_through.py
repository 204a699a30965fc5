"""A case that stops, is reset, is done by hand, or is undone by a directory."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.offboarding.impact import preview_of
from tenure.offboarding.minding import settle_case
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.choose_item import choose_item
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.operations.reset_case import reset_case
from tenure.offboarding.planning import items_of
from tenure.offboarding.tests.conftest import HUGO, PRIYA, ada
from tenure.provisioning import acting
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.check_operation import check_operation
from tenure.provisioning.operations.confirm_operations import confirm_operations
from tenure.provisioning.operations.override_operation import override_operation
from tenure.provisioning.operations.prove_operation import prove_operation
from tenure.testing.cast import actor_of

State = OffboardingCase.State
Block = ProvisioningOperation.Block


@pytest.fixture
def case(leaver):
    """Priya's: one account, and nothing else."""
    return open_case(person_ref=leaver.priya.ref, actor=ada())


def go(case):
    approve_case(ref=case.ref, preview=preview_of(case, items_of(case), actor=ada()), actor=ada())
    work(case)


def work(case):
    case.refresh_from_db()
    acting.work(case.batch, actor=actor_of("ada"))
    settle_case(ref=case.ref, actor=ada())
    case.refresh_from_db()


def test_what_is_blocked_blocks_the_case_until_it_is_reset(case, openai, sync):
    openai.change_user(PRIYA, email="priya.r@halden.example")
    go(case)
    assert case.state == State.BLOCKED
    assert "e-mail changed from priya@halden.example to priya.r@halden.example" in case.reason
    sync()
    reset_case(ref=case.ref, reason="She married", actor=ada())
    case.refresh_from_db()
    assert (case.state, case.reason, case.resets) == (State.AWAITING_APPROVAL, "", 1)
    go(case)
    assert case.state == State.COMPLETE


def test_an_override_with_a_reason_completes_it(case, openai):
    openai.change_user(PRIYA, email="priya.r@halden.example")
    go(case)
    operation = items_of(case).get().operation
    with pytest.raises(Invalid, match="Say why"):
        override_operation(ref=operation.ref, reason=" ", actor=ada())
    override_operation(ref=operation.ref, reason="Removed in the console", actor=ada())
    settle_case(ref=case.ref, actor=ada())
    case.refresh_from_db()
    assert case.state == State.COMPLETE


def test_what_is_kept_is_kept_for_a_reason(case):
    item = items_of(case).get()
    with pytest.raises(Invalid, match="Say why it is kept"):
        choose_item(ref=item.ref, action="keep", actor=ada())
    choose_item(ref=item.ref, action="keep", reason="Works on until June", actor=ada())
    go(case)
    assert case.state == State.COMPLETE
    with pytest.raises(Conflict, match="is complete and cannot be changed"):
        choose_item(ref=item.ref, action="remove", actor=ada())


def test_by_hand_it_is_proven_and_checked_by_another_person(case):
    choose_item(ref=items_of(case).get().ref, action="by_hand", actor=ada())
    go(case)
    operation = items_of(case).get().operation
    assert (operation.mode, operation.state) == ("manual", "queued")
    prove_operation(ref=operation.ref, note="Removed in the console", actor=ada())
    with pytest.raises(NotAllowed, match="somebody other than yourself"):
        check_operation(ref=operation.ref, actor=ada())
    check_operation(ref=operation.ref, actor=actor_of("mara", person_id="person-of-mara"))
    settle_case(ref=case.ref, actor=ada())
    case.refresh_from_db()
    assert case.state == State.COMPLETE


def test_by_hand_a_sync_is_witness_enough(case, openai, sync):
    choose_item(ref=items_of(case).get().ref, action="by_hand", actor=ada())
    go(case)
    operation = items_of(case).get().operation
    prove_operation(ref=operation.ref, note="Removed in the console", actor=ada())
    openai.remove_user(PRIYA)
    sync()
    confirm_operations(actor=ada())
    operation.refresh_from_db()
    assert operation.state == "verified"


def test_forty_minutes_later_a_sync_confirms_it(case, openai, sync, later):
    go(case)
    sync()
    confirm_operations(actor=ada())
    operation = items_of(case).get().operation
    assert operation.confirmed_at is None
    later(41 * 60)
    sync()
    confirm_operations(actor=ada())
    operation.refresh_from_db()
    assert operation.confirmed_at is not None
    assert operation.steps.filter(kind="confirmed").count() == 1


@pytest.mark.parametrize("returns", ["user", "invite"])
def test_who_comes_back_is_told_and_not_fought(case, openai, sync, later, returns):
    go(case)
    assert case.state == State.COMPLETE
    later(35 * 60)
    openai.advance(35 * 60)
    if returns == "user":
        openai.add_user(PRIYA, name="Priya Raman")
    else:
        openai.add_invite(PRIYA)
    sync()
    openai.forget_requests()
    for _ in range(3):
        confirm_operations(actor=ada())
        work(case)
    operation = items_of(case).get().operation
    assert (operation.state, operation.block) == ("blocked", Block.CAME_BACK)
    assert operation.reappeared_at is not None
    assert "is back" in operation.reason
    assert case.state == State.BLOCKED
    assert not [one for one in openai.requests() if one["method"] != "GET"]


def test_hugo_s_case_does_not_need_priya_s(leaver, case):
    other = open_case(person_ref=leaver.hugo.ref, new_owner_ref=leaver.priya.ref, actor=ada())
    assert other.pk != case.pk
    with pytest.raises(Conflict, match="is open already"):
        open_case(person_ref=leaver.hugo.ref, actor=ada())
    assert items_of(other).filter(label=HUGO).exists()
