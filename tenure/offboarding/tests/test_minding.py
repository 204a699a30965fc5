"""Time opens cases: who has left, who came back, and what may start by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.connections.operations.set_connection import set_connection
from tenure.lib.clock import now
from tenure.offboarding.minding import look_after_cases
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.tests.conftest import ada
from tenure.people.models import Person
from tenure.testing.cast import actor_of
from tenure.users.actors import TENURE

State = OffboardingCase.State


@pytest.fixture
def tick():
    from dataclasses import replace

    from tenure.users.rules import ALL_PERMISSIONS

    actor = replace(TENURE, permissions=ALL_PERMISSIONS)
    return lambda: look_after_cases(actor=actor)


def leaves(person, *, ago=timedelta(minutes=2)):
    Person.objects.filter(pk=person.pk).update(ends_at=now() - ago, end_at=now() - ago)


def only_case():
    return OffboardingCase.objects.get()


def automatic(connection):
    set_connection(ref=connection.ref, removal_policy="automatic", actor=actor_of("ada"))


def test_who_has_left_gets_a_case_that_waits_for_approval(leaver, tick):
    tick()
    assert not OffboardingCase.objects.exists()
    leaves(leaver.hugo)
    tick()
    case = only_case()
    assert (case.state, case.opened) == (State.AWAITING_APPROVAL, "time")
    assert case.items.count() == 9
    tick()
    assert OffboardingCase.objects.count() == 1


def test_a_minute_is_left_after_the_end(leaver, tick, later):
    leaves(leaver.hugo, ago=timedelta(seconds=10))
    tick()
    assert not OffboardingCase.objects.exists()
    later(60)
    tick()
    assert only_case().opened == "time"


def test_an_automatic_one_with_a_choice_to_make_waits_and_says_so(connection, leaver, tick):
    automatic(connection)
    leaves(leaver.hugo)
    tick()
    case = only_case()
    assert case.state == State.AWAITING_APPROVAL
    assert case.reason == "Choose what happens to ingest-prod and 1 more first."


def test_an_automatic_one_starts_by_itself(connection, leaver, tick):
    automatic(connection)
    leaves(leaver.priya)
    tick()
    case = only_case()
    assert case.state == State.IN_PROGRESS
    assert [item.operation.state for item in case.items.all()] == ["queued"]


def test_the_inactive_always_wait_for_approval(connection, leaver, tick):
    automatic(connection)
    long_ago = now() - timedelta(hours=25)
    Person.objects.filter(pk=leaver.priya.pk).update(is_disabled=True, changed_at=long_ago)
    tick()
    assert (only_case().state, only_case().opened) == (State.AWAITING_APPROVAL, "inactive")


def test_the_rehired_lose_their_case_and_it_says_why(leaver, tick):
    leaves(leaver.hugo)
    tick()
    Person.objects.filter(pk=leaver.hugo.pk).update(ends_at=None, end_at=None)
    tick()
    case = only_case()
    assert case.state == State.CANCELLED
    assert "may hold access again" in case.reason


def test_a_scheduled_one_waits_for_its_time(leaver, tick, later):
    begins_at = now() + timedelta(hours=1)
    open_case(person_ref=leaver.hugo.ref, begins_at=begins_at, actor=ada())
    tick()
    assert only_case().state == State.SCHEDULED
    later(3700)
    tick()
    assert only_case().state == State.AWAITING_APPROVAL
