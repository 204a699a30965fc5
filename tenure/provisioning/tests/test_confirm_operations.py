"""Syncs are witnesses: still gone, or back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.inventory.models import Grant, SyncRun
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.confirm_operations import confirm_operations
from tenure.provisioning.operations.prove_operation import prove_operation
from tenure.testing.cast import actor_of

NIA = "nia@halden.example"


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


@pytest.fixture
def invited(connection, do, project):
    """Somebody who was invited to a project, and verified."""
    return do(planned.of_new_invitation(connection, NIA, projects=[(project, "member")]))


def confirmed(operation):
    confirm_operations(actor=actor_of("ada"))
    operation.refresh_from_db()
    return operation.confirmed_at is not None


@pytest.mark.parametrize("accepts", [False, True])
def test_an_invitation_is_confirmed_also_when_it_was_accepted(
    invited, sync, openai, later, accepts
):
    if accepts:
        openai.accept_invite(NIA)
    later(41 * 60)
    assert not confirmed(invited)
    sync()
    assert confirmed(invited)
    assert invited.gone_at is None


def test_what_was_given_and_is_gone_is_noted_once_and_nobody_fights(invited, sync, openai):
    openai.remove_invite(NIA)
    openai.forget_requests()
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 1
    assert not confirmed(invited)
    assert (invited.state, invited.gone_at is not None) == ("verified", True)
    assert invited.steps.last().text == "A later sync no longer shows it as it was given."
    assert confirm_operations(actor=actor_of("ada")) == 0
    assert not [one for one in openai.requests() if one["method"] != "GET"]


@pytest.fixture
def of_role(project, do):
    """A member of a project who was made its owner, and verified."""
    in_it = Grant.objects.filter(ended_at=None, collection__resource=project)
    account = in_it.filter(account__role="reader").first().account
    return do(planned.of_role(account, "owner", project)), project, account


@pytest.mark.parametrize("after", ["stays", "changes", "goes"])
def test_a_role_is_confirmed_or_its_change_noted(of_role, sync, openai, later, after):
    operation, project, account = of_role
    if after == "changes":
        openai.put_member(project.external_id, account.external_id, role="viewer")
    if after == "goes":
        openai.remove_member(project.external_id, account.external_id)
    later(41 * 60)
    sync()
    assert confirmed(operation) == (after == "stays")
    assert (operation.gone_at is None) == (after == "stays")


def test_an_invitation_by_hand_is_verified_by_a_sync_that_shows_just_it(
    connection, do, project, sync, openai
):
    by_hand = {"mode": ProvisioningOperation.Mode.MANUAL, "projects": [(project, "member")]}
    operation = do(planned.of_new_invitation(connection, NIA, **by_hand))
    prove_operation(ref=operation.ref, note="Invited", actor=actor_of("ada"))
    openai.add_invite(NIA)
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 0
    openai.remove_invite(NIA)
    made = openai.add_invite(NIA, projects=[{"name": str(project), "role": "member"}])
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 1
    operation.refresh_from_db()
    assert (operation.state, operation.made_id) == ("verified", made["id"])
    assert operation.steps.last().text == "A sync since then shows it."


def test_a_sync_is_witness_of_work_by_hand(by_hand, sync, openai):
    prove_operation(ref=by_hand.ref, note="Removed", actor=actor_of("ada"))
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 0
    openai.remove_user(by_hand.target_id)
    sync()
    assert confirm_operations(actor=actor_of("ada")) == 1
    by_hand.refresh_from_db()
    assert by_hand.state == "verified"
