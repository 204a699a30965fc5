"""Syncs are witnesses: still gone, or back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.inventory.models import SyncRun
from tenure.provisioning.operations.confirm_operations import confirm_operations
from tenure.provisioning.operations.prove_operation import prove_operation
from tenure.testing.cast import actor_of


def test_forty_minutes_later_a_sync_confirms_it(members, remove, sync, later):
    operation = remove(members[0])
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 0
    later(41 * 60)
    assert confirm_operations(actor=actor_of("ada")) == 0
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 1
    operation.refresh_from_db()
    assert operation.confirmed_at is not None
    assert confirm_operations(actor=actor_of("ada")) == 0


def test_whoever_is_back_under_another_id_is_told(members, remove, sync, openai):
    operation = remove(members[0])
    openai.add_user(members[0].email)
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 1
    operation.refresh_from_db()
    assert operation.block == "came_back"
    assert "with the same e-mail address under another id" in operation.reason
    assert confirm_operations(actor=actor_of("ada")) == 0


@pytest.mark.parametrize("returns", ["user", "invite"])
def test_a_run_that_began_before_may_see_them_come_back(members, remove, sync, openai, returns):
    operation = remove(members[0])
    (openai.add_user if returns == "user" else openai.add_invite)(members[0].email)
    run = sync()
    before = operation.verified_at - timedelta(minutes=1)
    SyncRun.objects.filter(pk=run.pk).update(started_at=before)
    assert confirm_operations(actor=actor_of("ada")) == 1
    operation.refresh_from_db()
    assert operation.block == "came_back"


def test_who_was_there_already_under_another_id_did_not_come_back(members, remove, sync, openai):
    openai.add_user(members[0].email)
    sync()
    operation = remove(members[0])
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 0
    operation.refresh_from_db()
    assert operation.state == "verified"


def test_a_sync_is_witness_of_work_by_hand(by_hand, sync, openai):
    prove_operation(ref=by_hand.ref, note="Removed", actor=actor_of("ada"))
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 0
    openai.remove_user(by_hand.target_id)
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 1
    by_hand.refresh_from_db()
    assert by_hand.state == "verified"
