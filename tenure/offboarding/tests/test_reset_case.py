"""Opened again: what is verified stays so, the rest is planned anew."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict
from tenure.offboarding.impact import preview_of
from tenure.offboarding.minding import settle_case
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.operations.reset_case import reset_case
from tenure.offboarding.planning import items_of
from tenure.offboarding.tests.conftest import HUGO, ada
from tenure.provisioning import acting


def test_only_what_is_stuck_is_planned_anew(leaver, openai):
    case = open_case(person_ref=leaver.hugo.ref, new_owner_ref=leaver.priya.ref, actor=ada())
    with pytest.raises(Conflict, match="cannot be reset"):
        reset_case(ref=case.ref, reason="Too soon", actor=ada())
    openai.faults(last_owner="400", key_owner_delete="400")
    openai.change_user(HUGO, email="hugo.c@halden.example")
    approve_case(ref=case.ref, preview=preview_of(case, items_of(case), actor=ada()), actor=ada())
    acting.work(case.batch, actor=ada())
    settle_case(ref=case.ref, actor=ada())
    before = {item.label: item.operation_id for item in items_of(case)}
    reset_case(ref=case.ref, reason="Another address", actor=ada())
    case.refresh_from_db()
    after = {item.label: item.operation_id for item in items_of(case)}
    assert (case.state, case.resets) == ("awaiting_approval", 1)
    assert after["hugo-0"] == before["hugo-0"]
    assert before[HUGO] is not None
    assert after[HUGO] is None
