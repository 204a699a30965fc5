"""Whoever comes second is refused in a sentence, however close they come, on each database."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.db import connection as database

from tenure.access_requests.models import AccessRequest, AskedApprover, RequestEvent
from tenure.access_requests.operations.approve_request import approve_request
from tenure.access_requests.operations.cancel_request import cancel_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.access_requests.operations.lapse_request import lapse_request
from tenure.access_requests.operations.submit_request import submit_request
from tenure.access_requests.tests.conftest import company
from tenure.access_requests.tests.racing import FIRST, ORDERS, SECOND, racers
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.people.operations.clear_person_left import clear_person_left
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.testing.cast import actor_of, user_of
from tenure.testing.lengths import length
from tenure.users.models import RoleAssignment
from tenure.users.operations.assign_role import assign_role
from tenure.users.operations.end_role_assignment import end_role_assignment

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = length(6, 200)
DONE = "done"


@pytest.fixture
def halden():
    """Committed, because two processes look at it; Sid has no manager, so Ada or Mara answer."""
    made = company()
    Person.objects.filter(pk=made.people["sid"].pk).update(manager_email_key="")
    return made


@pytest.fixture
def wanted(halden, who):
    """`wanted()`: a request of Sid's that Ada or Mara may approve with one answer."""

    def ask(**said):
        return submit_request(
            resource=halden.group.ref, reason="For the batch", actor=who("sid"), **said
        ).ref

    return ask


def state_of(ref):
    return AccessRequest.objects.get(ref=ref).state


def over(ref):
    """Out of the way of the next round."""
    AccessRequest.objects.filter(ref=ref).update(state="cancelled")


def each_round(first, second, make):
    """Runs all rounds; of each the request, whose turn it was, and what both were told."""
    with racers(first, second) as both:
        for number in range(ROUNDS):
            ref = make()
            database.close()
            order = ORDERS[number % len(ORDERS)]
            yield ref, order, both.race(ref, order)
            over(ref)


def check_one_winner(order, told):
    assert sorted(one == DONE for one in told) == [False, True], told
    if order in (FIRST, SECOND):
        assert told[order == SECOND] == DONE, (order, told)
    (refusal,) = [one for one in told if one != DONE]
    assert refusal.endswith(".")
    assert ":" not in refusal.partition(" ")[0], refusal


def approving(actor):
    return lambda ref: approve_request(ref=ref, actor=actor)


def test_of_two_who_approve_one_does(wanted, who):
    for ref, order, told in each_round(approving(who("ada")), approving(who("mara")), wanted):
        check_one_winner(order, told)
        assert state_of(ref) == "pending_provisioning"
        approved = RequestEvent.objects.filter(request__ref=ref, kind="approved")
        assert approved.count() == 1
        assert AskedApprover.objects.filter(step__request__ref=ref, answer="approved").count() == 1


def test_of_one_person_who_approves_twice_once_counts(wanted, who):
    for ref, order, told in each_round(approving(who("ada")), approving(who("ada")), wanted):
        check_one_winner(order, told)
        assert state_of(ref) == "pending_provisioning"


def test_it_is_approved_or_denied(wanted, who):
    def deny(ref):
        deny_request(ref=ref, reason="No", actor=who("mara"))

    for ref, order, told in each_round(approving(who("ada")), deny, wanted):
        check_one_winner(order, told)
        assert state_of(ref) == ("pending_provisioning" if told[0] == DONE else "denied")


def test_it_is_approved_or_cancelled(wanted, who):
    def cancel(ref):
        cancel_request(ref=ref, actor=who("sid"))

    for ref, order, told in each_round(approving(who("ada")), cancel, wanted):
        check_one_winner(order, told)
        assert state_of(ref) == ("pending_provisioning" if told[0] == DONE else "cancelled")


def test_it_is_approved_or_its_time_is_over(wanted, who):
    """One clock is a second before midnight, the other a second after."""
    last = now().date() + timedelta(days=3)
    midnight = datetime.combine(last + timedelta(days=1), time(), now().tzinfo)
    second = timedelta(seconds=1)

    def approve(ref):
        with time_machine.travel(midnight - 30 * second):
            approve_request(ref=ref, actor=who("ada"))

    def lapse(ref):
        with time_machine.travel(midnight + second):
            assert lapse_request(ref=ref, actor=actor_of("ada"))

    for ref, order, told in each_round(approve, lapse, lambda: wanted(until=last)):
        check_one_winner(order, told)
        assert state_of(ref) == ("pending_provisioning" if told[0] == DONE else "cancelled")


def test_of_two_who_ask_for_the_same_one_does(halden, who, wanted):
    def ask(name):
        def run(_):
            submit_request(
                resource=halden.search.ref,
                role="member",
                person=halden.people["hugo"].ref,
                reason="For the batch",
                actor=who(name),
            )

        return run

    for _, order, told in each_round(ask("hugo"), ask("mara"), wanted):
        check_one_winner(order, told)
        AccessRequest.objects.filter(resource=halden.search).update(state="cancelled")


def test_whoever_is_demoted_has_approved_before_or_not_at_all(wanted, who):
    def demote(_):
        role = RoleAssignment.objects.get(user=user_of("mara"), ends_at=None)
        end_role_assignment(assignment_ref=role.ref, actor=actor_of("ada"))

    def make():
        roles = RoleAssignment.objects.filter(user=user_of("mara"), ends_at=None)
        if not roles.exists():
            user = user_of("mara")
            assign_role(user_ref=user.ref, permission_set="access_manager", actor=actor_of("ada"))
        return wanted()

    for ref, order, told in each_round(approving(who("mara")), demote, make):
        assert told[1] == DONE
        check_before_or_not_at_all(ref, order, told[0])


def test_whoever_leaves_has_approved_before_or_not_at_all(wanted, who, halden):
    mara = halden.people["mara"]

    def leave(_):
        mark_person_left(person_ref=mara.ref, at=now(), reason="Left", actor=actor_of("ada"))

    def make():
        mara.refresh_from_db()
        if mara.left_at is not None:
            clear_person_left(person_ref=mara.ref, actor=actor_of("ada"))
        return wanted()

    for ref, order, told in each_round(approving(who("mara")), leave, make):
        assert told[1] == DONE
        check_before_or_not_at_all(ref, order, told[0])


def check_before_or_not_at_all(ref, order, told):
    if order == FIRST:
        assert told == DONE, told
    if order == SECOND:
        assert "may not answer this any more" in told
    if told == DONE:
        assert state_of(ref) == "pending_provisioning"
    else:
        assert "may not answer this any more" in told
        assert state_of(ref) == "pending_approval"
