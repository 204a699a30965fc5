"""Planning freezes what is to change, and sends nothing."""

from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.provisioning import planned
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.testing.cast import actor_of


def plan(*accounts, by="ada"):
    return plan_operations(
        plans=[planned.of_member(account) for account in accounts],
        cause=planned.Cause(why="a test"),
        actor=actor_of(by),
    )


def test_who_it_is_about_is_frozen(members, openai):
    openai.forget_requests()
    (operation,) = plan(members[0])
    members[0].email = "another@halden.example"
    members[0].save(update_fields=["email"])
    operation.refresh_from_db()
    assert operation.state == "planned"
    assert operation.known.email != "another@halden.example"
    assert operation.target_id == members[0].external_id
    assert not openai.requests()
    assert AuditEvent.objects.filter(verb="operation.planned").count() == 1


def test_one_thing_is_planned_once(members):
    plan(members[0])
    with pytest.raises(Conflict, match="planned or under way already"):
        plan(members[0])


@pytest.mark.parametrize("who", ["sid", "rita", "aud", "oscar"])
def test_it_takes_the_permission(members, who):
    with pytest.raises(NotAllowed):
        plan(members[0], by=who)
