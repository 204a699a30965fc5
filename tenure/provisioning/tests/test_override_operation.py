"""Left as it is, for a reason that stays."""

from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, Invalid
from tenure.provisioning.operations.override_operation import override_operation
from tenure.testing.cast import actor_of


@pytest.fixture
def blocked(members, remove, openai):
    openai.change_user(members[0].email, email="somebody.else@halden.example")
    return remove(members[0])


def test_the_reason_stays(blocked):
    with pytest.raises(Invalid, match="Say why"):
        override_operation(ref=blocked.ref, reason="  ", actor=actor_of("ada"))
    override_operation(ref=blocked.ref, reason="Theirs now", actor=actor_of("ada"))
    blocked.refresh_from_db()
    assert (blocked.state, blocked.reason) == ("overridden", "Theirs now")
    assert AuditEvent.objects.filter(verb="operation.overridden").count() == 1


def test_what_is_done_is_not_overridden(members, remove):
    operation = remove(members[1])
    with pytest.raises(Conflict, match="is verified and cannot be overridden"):
        override_operation(ref=operation.ref, reason="Why not", actor=actor_of("ada"))
