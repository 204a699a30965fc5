"""Who does it by hand."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, NotFound
from tenure.provisioning.operations.assign_operation import assign_operation
from tenure.testing.cast import actor_of, user_of


def test_it_is_given_to_somebody(by_hand):
    user_of("sid")
    assign_operation(ref=by_hand.ref, email="sid@halden.example", actor=actor_of("ada"))
    by_hand.refresh_from_db()
    assert by_hand.assignee.email == "sid@halden.example"


def test_nobody_unknown_gets_it(by_hand):
    with pytest.raises(NotFound, match="No user has the address"):
        assign_operation(ref=by_hand.ref, email="nobody@halden.example", actor=actor_of("ada"))


def test_what_tenure_does_is_given_to_nobody(members, remove):
    user_of("sid")
    operation = remove(members[1])
    with pytest.raises(Conflict, match="not waiting to be done by hand"):
        assign_operation(ref=operation.ref, email="sid@halden.example", actor=actor_of("ada"))
