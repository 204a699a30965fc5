from __future__ import annotations

import pytest

from tenure.access_requests.operations.approve_request import approve_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.django_db


def test_one_no_is_enough_and_says_why(ask, who):
    request = deny_request(ref=ask().ref, reason=" Use  search ", actor=who("rita"))
    assert (request.state, request.state_reason) == ("denied", "Use search")
    assert request.over_at is not None
    assert [step.state for step in request.steps.order_by("position")] == ["denied", "dropped"]
    event = AuditEvent.objects.get(verb="access_request.denied")
    assert event.detail["step"] == 1


def test_it_needs_a_reason(ask, who):
    request = ask()
    with pytest.raises(Invalid, match="Say why not"):
        deny_request(ref=request.ref, reason=" ", actor=who("rita"))
    with pytest.raises(Invalid, match="at most 500"):
        deny_request(ref=request.ref, reason="x" * 501, actor=who("rita"))


def test_nobody_denies_what_they_are_not_asked_about_or_is_denied(ask, who):
    request = ask()
    with pytest.raises(NotAllowed):
        deny_request(ref=request.ref, reason="No", actor=who("mara"))
    deny_request(ref=request.ref, reason="No", actor=who("rita"))
    with pytest.raises(Conflict):
        approve_request(ref=request.ref, actor=who("rita"))


def test_what_was_denied_may_be_asked_for_again(ask, who):
    deny_request(ref=ask().ref, reason="No", actor=who("rita"))
    assert str(ask()) == "REQ-2"
