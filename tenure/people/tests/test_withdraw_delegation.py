from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotAllowed, NotFound
from tenure.people.operations.add_delegation import add_delegation
from tenure.people.operations.withdraw_delegation import withdraw_delegation
from tenure.people.tests.saying import ADA, somebody, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def delegation():
    today = now().date()
    return add_delegation(
        person_ref=somebody().ref,
        email="bo@h.example",
        from_day=today,
        until_day=today + timedelta(days=7),
        actor=actor_of("mara"),
    )


def test_it_ends_stays_in_the_history_and_makes_room_for_another():
    take(f"email,name {ADA},Ada bo@h.example,Bo")
    done = delegation()
    with pytest.raises(NotAllowed):
        withdraw_delegation(delegation_ref=done.ref, actor=actor_of("sid"))
    withdraw_delegation(delegation_ref=done.ref, actor=actor_of("mara"))
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw_delegation(delegation_ref=done.ref, actor=actor_of("mara"))
    assert somebody().delegations.get().withdrawn_at
    assert delegation().ref != done.ref
    assert AuditEvent.objects.filter(verb="delegation.withdrawn").count() == 1


def test_an_unknown_one_is_not_found():
    with pytest.raises(NotFound):
        withdraw_delegation(
            delegation_ref="019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa", actor=actor_of("mara")
        )
