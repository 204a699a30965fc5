from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, NotAllowed
from tenure.offboarding import rehearsing
from tenure.offboarding.impact import preview_of
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.choose_item import choose_item
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.operations.rehearse_case import rehearse_case
from tenure.offboarding.planning import items_of
from tenure.offboarding.tests.conftest import HUGO, ada
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.testing.cast import actor_of


@pytest.fixture
def case(leaver):
    return open_case(person_ref=leaver.hugo.ref, new_owner_ref=leaver.priya.ref, actor=ada())


def said(case, label):
    rehearse_case(ref=case.ref, actor=ada())
    return rehearsing.rehearse(items_of(case).get(label=label), case, actor=ada())


def test_it_tells_what_would_stop_it_and_writes_nothing_down(case, openai):
    assert "would be removed" in said(case, HUGO)
    openai.change_user(HUGO, email="another@halden.example")
    openai.forget_requests()
    assert f"its e-mail changed from {HUGO} to another@halden.example" in said(case, HUGO)
    assert {one["method"] for one in openai.requests()} == {"GET"}
    assert not ProvisioningOperation.objects.exists()
    assert not OperationStep.objects.exists()


def test_what_goes_by_hand_or_stays_is_told_without_asking_anybody(case, openai):
    by_hand, kept = items_of(case).filter(kind="project_key")[:2]
    choose_item(ref=by_hand.ref, action="by_hand", actor=ada())
    choose_item(ref=kept.ref, action="keep", reason="Until May", actor=ada())
    openai.forget_requests()
    assert "to do it by hand" in said(case, by_hand.label)
    assert "It is kept" in said(case, kept.label)
    assert openai.requests() == []


def test_only_before_it_is_approved_and_only_who_may_manage(case):
    with pytest.raises(NotAllowed):
        rehearse_case(ref=case.ref, actor=actor_of("sid"))
    preview = preview_of(case, items_of(case), actor=ada())
    approve_case(ref=case.ref, preview=preview, actor=ada())
    with pytest.raises(Conflict):
        rehearse_case(ref=case.ref, actor=ada())
