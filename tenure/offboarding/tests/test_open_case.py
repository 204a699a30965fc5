"""A case is opened once for each leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotAllowed
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.tests.conftest import ada
from tenure.testing.cast import actor_of


def test_everything_is_planned_and_nothing_is_sent(leaver, openai):
    openai.forget_requests()
    case = open_case(person_ref=leaver.hugo.ref, actor=ada())
    assert (case.state, case.opened) == ("awaiting_approval", "hand")
    assert case.items.count() == 9
    assert case.due_at > now()
    assert not openai.requests()
    assert AuditEvent.objects.filter(verb="case.opened").count() == 1


def test_later_is_scheduled(leaver):
    begins_at = now() + timedelta(days=2)
    case = open_case(person_ref=leaver.hugo.ref, begins_at=begins_at, actor=ada())
    assert case.state == "scheduled"


def test_one_at_a_time(leaver):
    open_case(person_ref=leaver.hugo.ref, actor=ada())
    with pytest.raises(Conflict, match="is open already"):
        open_case(person_ref=leaver.hugo.ref, actor=ada())


def test_it_takes_the_permission(leaver):
    with pytest.raises(NotAllowed):
        open_case(person_ref=leaver.hugo.ref, actor=actor_of("sid"))
