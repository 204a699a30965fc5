"""Trying again begins with a read, and takes over who was seen."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict
from tenure.provisioning.operations.retry_operation import retry_operation
from tenure.testing.cast import actor_of


def test_whoever_was_seen_is_planned_anew_and_compared_again(members, remove, work, openai):
    openai.change_user(members[0].email, email="second@halden.example")
    operation = remove(members[0])
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    openai.change_user("second@halden.example", email="third@halden.example")
    openai.forget_requests()
    operation = work(operation)
    assert operation.block == "identity_changed"
    assert "from second@halden.example to third@halden.example" in operation.reason
    assert not [one for one in openai.requests() if one["method"] != "GET"]


def test_what_goes_well_is_not_tried_again(members, remove):
    operation = remove(members[0])
    with pytest.raises(Conflict, match="is verified and cannot be tried again"):
        retry_operation(ref=operation.ref, actor=actor_of("ada"))
