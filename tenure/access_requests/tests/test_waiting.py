from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.access_requests.models import AccessRequest, AskedApprover
from tenure.access_requests.waiting import look_after_waiting
from tenure.lib.clock import now
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def minute(hours):
    """The work of one minute, so many hours later; what happened to each request since."""
    with time_machine.travel(now() + timedelta(hours=hours)):
        look_after_waiting(actor=actor_of("ada"))
    return {
        str(one): [event.kind for event in one.events.order_by("id")]
        for one in AccessRequest.objects.order_by("id")
    }


def test_each_minute_does_what_time_has_come_for_and_nothing_twice(ask, halden):
    ask()
    ask("sid", resource=halden.group.ref, role="", until=now().date() + timedelta(days=1))
    assert minute(0) == {"REQ-1": ["asked"], "REQ-2": ["asked"]}
    asked = {"REQ-1": ["asked", "reminded"], "REQ-2": ["asked", "reminded"]}
    assert (minute(13), minute(13)) == (asked, asked)
    found = minute(49)
    assert found["REQ-1"] == ["asked", "reminded", "escalated", "reminded"]
    assert found["REQ-2"] == ["asked", "reminded", "cancelled"]


def test_in_the_place_of_whoever_left_somebody_is_asked_within_a_minute(ask, halden):
    request, rita = ask(), halden.people["rita"]
    mark_person_left(person_ref=rita.ref, at=now(), reason="Left", actor=actor_of("mara"))
    assert minute(0) == {"REQ-1": ["asked", "replaced"]}
    asked = AskedApprover.objects.get(step__request=request, in_place_of=rita)
    assert str(asked.person) == "Sid Brandt"
