"""Looking again before approving: what came to light is shown, and can then be approved."""

from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict
from tenure.offboarding.impact import preview_of
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.cancel_case import cancel_case
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.operations.plan_case import plan_case
from tenure.offboarding.planning import items_of
from tenure.offboarding.tests.conftest import HUGO, ada


@pytest.fixture
def case(leaver):
    return open_case(person_ref=leaver.hugo.ref, new_owner_ref=leaver.priya.ref, actor=ada())


def test_a_key_that_came_to_light_is_planned_and_the_new_plan_can_be_approved(case, openai, sync):
    openai.add_project_key("search", HUGO, name="hugo-new")
    sync()
    with pytest.raises(Conflict, match="has changed since"):
        approve_case(
            ref=case.ref, preview=preview_of(case, items_of(case), actor=ada()), actor=ada()
        )
    plan_case(ref=case.ref, actor=ada())
    items = items_of(case)
    assert "hugo-new" in [item.label for item in items]
    assert AuditEvent.objects.filter(verb="case.planned").count() == 1
    done = approve_case(ref=case.ref, preview=preview_of(case, items, actor=ada()), actor=ada())
    assert done.state == "in_progress"


def test_what_is_the_same_is_not_told_again_and_what_is_over_is_not_planned(case):
    plan_case(ref=case.ref, actor=ada())
    assert not AuditEvent.objects.filter(verb="case.planned").exists()
    cancel_case(ref=case.ref, reason="They stay", actor=ada())
    with pytest.raises(Conflict):
        plan_case(ref=case.ref, actor=ada())
