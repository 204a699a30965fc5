"""What was not sent may be stopped."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict
from tenure.provisioning.operations.cancel_operation import cancel_operation
from tenure.testing.cast import actor_of


def test_what_is_blocked_is_cancelled(members, remove, work, openai):
    openai.change_user(members[0].email, email="somebody.else@halden.example")
    openai.forget_requests()
    operation = remove(members[0])
    cancel_operation(ref=operation.ref, reason="Not them", actor=actor_of("ada"))
    assert work(operation).state == "cancelled"
    assert operation.reason == "Not them"
    assert not [one for one in openai.requests() if one["method"] != "GET"]


def test_what_is_done_cannot_be_called_back(members, remove):
    operation = remove(members[0])
    with pytest.raises(Conflict, match="is verified and cannot be cancelled"):
        cancel_operation(ref=operation.ref, actor=actor_of("ada"))
