from __future__ import annotations

import pytest

from tenure.access_requests.operations.cancel_request import cancel_request
from tenure.lib.errors import Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["hugo", "mara", "ada"])
def test_who_asked_and_who_manages_requests_may_take_it_back(ask, who, name):
    request = cancel_request(ref=ask().ref, reason="Not needed", actor=who(name))
    assert (request.state, request.state_reason) == ("cancelled", "Not needed")
    assert {step.state for step in request.steps.all()} == {"dropped"}


def test_whom_it_is_for_may_take_it_back_though_another_asked(ask, who):
    request = ask("mara", person="hugo@halden.example")
    assert cancel_request(ref=request.ref, actor=who("hugo")).state == "cancelled"


def test_nobody_else_may(ask, who):
    request = ask()
    with pytest.raises(NotAllowed):
        cancel_request(ref=request.ref, actor=who("rita"))
    with pytest.raises(NotFound):
        cancel_request(ref=request.ref, actor=who("oscar"))


def test_what_is_approved_is_not_cancelled(ask, approve, who):
    request = approve(ask(), "rita", "sid")
    with pytest.raises(Conflict, match="REQ-1 is approved and being given and cannot be cancelled"):
        cancel_request(ref=request.ref, actor=who("hugo"))


def test_whoever_saw_another_version_is_told_to_look_again(ask, approve, who):
    request = approve(ask(), "rita")
    with pytest.raises(Conflict, match="has changed since"):
        cancel_request(ref=request.ref, version=1, actor=who("hugo"))
