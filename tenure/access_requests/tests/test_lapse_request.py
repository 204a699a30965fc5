from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.access_requests.operations.lapse_request import lapse_request
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_what_nobody_answered_in_time_is_over(ask):
    request = ask(until=now().date() + timedelta(days=2))
    assert not lapse_request(ref=request.ref, actor=actor_of("ada"))
    with time_machine.travel(now() + timedelta(days=4)):
        assert lapse_request(ref=request.ref, actor=actor_of("ada"))
        with pytest.raises(Conflict):
            lapse_request(ref=request.ref, actor=actor_of("ada"))
    request.refresh_from_db()
    assert (request.state, request.version) == ("cancelled", 2)
    assert "Nobody answered before" in request.state_reason


def test_it_is_for_whoever_manages_requests(ask, who):
    with pytest.raises(NotAllowed):
        lapse_request(ref=ask().ref, actor=who("hugo"))
