from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.offboarding.operations.cancel_case import cancel_case
from tenure.offboarding.operations.choose_item import choose_item
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.operations.plan_case import plan_case
from tenure.offboarding.planning import items_of
from tenure.offboarding.tests.conftest import HUGO, ada
from tenure.testing.cast import actor_of


@pytest.fixture
def case(leaver):
    return open_case(person_ref=leaver.hugo.ref, new_owner_ref=leaver.priya.ref, actor=ada())


def told():
    return AuditEvent.objects.filter(verb="case.planned").count()


def test_what_came_since_is_found_and_what_was_decided_stays(case, openai, sync):
    kept = items_of(case).get(label="hugo-0")
    choose_item(ref=kept.ref, action="keep", reason="Until May", actor=ada())
    openai.add_project_key("search", HUGO, name="hugo-late")
    sync()
    plan_case(ref=case.ref, actor=ada())
    assert items_of(case).filter(label="hugo-late").exists()
    kept.refresh_from_db()
    assert (kept.action, kept.reason) == ("keep", "Until May")
    assert told() == 1


def test_when_nothing_changed_the_audit_log_hears_nothing(case):
    plan_case(ref=case.ref, actor=ada())
    assert told() == 0


def test_only_before_anything_was_sent_and_only_who_may_manage(case):
    with pytest.raises(NotAllowed):
        plan_case(ref=case.ref, actor=actor_of("sid"))
    cancel_case(ref=case.ref, reason="They stay", actor=ada())
    with pytest.raises(Conflict, match="is cancelled and cannot be changed"):
        plan_case(ref=case.ref, actor=ada())
