from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.access_requests import queries
from tenure.access_requests.operations.remind_approvers import remind_approvers
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")


def due():
    return [str(one) for one in queries.requests_to_remind(now(), actor=ADA)]


def test_it_is_due_half_way_once_and_daily_when_overdue(ask):
    request, begun = ask(), now()
    assert due() == []
    with time_machine.travel(begun + timedelta(hours=13)):
        assert due() == ["REQ-1"]
        assert remind_approvers(ref=request.ref, actor=ADA) == 1
        assert due() == []
        assert remind_approvers(ref=request.ref, actor=ADA) == 0
    with time_machine.travel(begun + timedelta(hours=30)):
        assert due() == []
    with time_machine.travel(begun + timedelta(hours=49)):
        assert due() == ["REQ-1"]


def test_whoever_asked_may_and_others_may_not(ask, approve, who):
    request = ask()
    assert remind_approvers(ref=request.ref, actor=who("hugo")) == 1
    with pytest.raises(NotAllowed):
        remind_approvers(ref=request.ref, actor=who("rita"))
    approve(request, "rita", "sid")
    with pytest.raises(Conflict):
        remind_approvers(ref=request.ref, actor=who("hugo"))
