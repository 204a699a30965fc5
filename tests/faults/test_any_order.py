"""Operations in any order, with faults and time between: what must never be is never.

nothing is changed that was not looked at since it was last changed
no more members go in an hour than the brake allows, unless another person released them
there is always an owner
what Tenure calls verified is gone, and what it never sent is there
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tenure.connections.operations.set_connection import set_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account
from tenure.inventory.tests.conftest import connection, sync
from tenure.lib import clock
from tenure.lib.errors import DomainError
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.approve_operation import approve_operation
from tenure.provisioning.operations.cancel_operation import cancel_operation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.release_brake import release_brake
from tenure.provisioning.operations.retry_operation import retry_operation
from tenure.provisioning.operations.start_operations import start_operations
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of
from tenure.testing.lengths import length
from tests.faults import judge

__all__ = ["connection", "sync"]

pytestmark = pytest.mark.faults
EXAMPLES, STEPS = length(3, full=60), length(12, full=40)
LIMIT = 3
State = ProvisioningOperation.State
ADA = actor_of("ada", person_id="person-of-ada")
MARA = actor_of("mara", person_id="person-of-mara")
EITHER = st.sampled_from([ADA, MARA])
WHICH = st.integers(0, 10)
FAULTS = [
    {"commit_then": "500@DELETE:users#1"},
    {"commit_then": "reset@DELETE:users#1"},
    {"server_error": "on@DELETE:users#1x2"},
    {"server_error": "on@GET:users#2x2"},
    {"rate_limited": "retry_after@users#1x3"},
    {"broken_body": "html_200@users#1x2"},
    {"list_lag": "60"},
    {"read_lag": "60"},
    {"organization_header": "absent", "role_ids": "bare"},
]


@pytest.fixture
def openai():
    with running_simulator(users=EXAMPLES * STEPS * 3 + 40, projects=1, members=1) as simulator:
        yield simulator


@pytest.fixture
def company(openai, connection, sync, time_machine):
    sync()
    set_removal(ref=connection.ref, is_on=True, actor=ADA)
    set_connection(ref=connection.ref, brake_per_hour=LIMIT, actor=ADA)
    return Company(openai, connection, time_machine)


class Company:
    """The organization, which all examples share: each removes other members."""

    def __init__(self, openai, connection, time_machine):
        self.openai, self.connection, self._time_machine = openai, connection, time_machine
        ours = connection.keys.values("owner_id")
        people = Account.objects.filter(kind="person").exclude(external_id__in=ours)
        self.readers = iter(people.filter(role="reader").order_by("pk"))
        self.owners = list(people.filter(role="owner").order_by("pk"))
        self.settled = set()

    def pass_time(self, seconds):
        self._time_machine.move_to(clock.now() + timedelta(seconds=seconds), tick=True)
        self.openai.advance(seconds)

    def there(self):
        return {user["id"] for user in self.openai.users()}


class Removals(RuleBasedStateMachine):
    """What people and workers do. Whatever is refused in a sentence is fine."""

    company: Company

    def __init__(self):
        super().__init__()
        self.company.openai.clear_faults()
        self.company.pass_time(3700)
        self.mine = []

    @rule(how_many=st.integers(1, 4), who=EITHER, at_once=st.booleans())
    def plan(self, how_many, who, at_once):
        accounts = [next(self.company.readers) for _ in range(how_many)]
        self._plan(accounts, who, at_once)

    @rule(which=WHICH, who=EITHER)
    def plan_for_an_owner(self, which, who):
        owners = self.company.owners
        self._plan([owners[which % len(owners)]], who, at_once=True)

    def _plan(self, accounts, who, at_once):
        plans = [planned.of_member(account) for account in accounts]
        with saying_why():
            operations = plan_operations(plans=plans, cause=planned.Cause(why="a test"), actor=who)
            self.mine += operations
            if at_once:
                start_operations(batch=operations[0].batch, actor=who)

    @rule(which=WHICH, who=EITHER)
    def start(self, which, who):
        if one := self._one(which, State.PLANNED):
            with saying_why():
                start_operations(batch=one.batch, actor=who)

    @rule(which=WHICH, who=EITHER)
    def approve(self, which, who):
        if one := self._one(which, State.AWAITING_APPROVAL):
            with saying_why():
                approve_operation(ref=one.ref, actor=who)

    @rule(which=WHICH, who=EITHER)
    def retry(self, which, who):
        if one := self._one(which, State.BLOCKED, State.FAILED):
            with saying_why():
                retry_operation(ref=one.ref, actor=who)

    @rule(which=WHICH, who=EITHER)
    def cancel(self, which, who):
        if one := self._one(which):
            with saying_why():
                cancel_operation(ref=one.ref, actor=who)

    @rule(who=EITHER)
    def release(self, who):
        with saying_why():
            release_brake(connection_ref=self.company.connection.ref, actor=who)

    @rule(which=WHICH, role=st.sampled_from(["owner", "reader"]))
    def change_role(self, which, role):
        if (one := self._one(which)) and one.target_id in self.company.there():
            self.company.openai.change_user(one.target_id, role=role)

    @rule(which=WHICH)
    def change_address(self, which):
        if (one := self._one(which)) and one.target_id in self.company.there():
            self.company.openai.change_user(one.target_id, email=f"{one.pk}.other@halden.example")

    @rule(faults=st.sampled_from(FAULTS))
    def misbehave(self, faults):
        self.company.openai.faults(**faults)

    @rule()
    def behave(self):
        self.company.openai.clear_faults()

    @rule(seconds=st.sampled_from([0, 6, 70, 400, 3700]))
    def work(self, seconds):
        self.company.pass_time(seconds)
        for batch in {one.batch for one in self.mine}:
            acting.work(batch, actor=actor_of("ada"))

    def _one(self, which, *states):
        refs = [one.pk for one in self.mine]
        found = ProvisioningOperation.objects.filter(pk__in=refs).order_by("pk")
        found = [one for one in found if not states or one.state in states]
        return found[which % len(found)] if found else None

    @invariant()
    def nothing_is_changed_without_a_look(self):
        assert judge.blind(judge.changes_of(self.company.openai)) == []

    @invariant()
    def there_is_an_owner(self):
        assert any(user["role"] == "owner" for user in self.company.openai.users())

    @invariant()
    def the_brake_holds(self):
        """Those who went without a release, in any hour, by the provider's log and clock."""
        released = ProvisioningOperation.objects.exclude(release=None)
        free = set(released.values_list("target_id", flat=True))
        requests = [one["request"] for one in judge.changes_of(self.company.openai)]
        gone = [one for one in requests if one["target"] not in free]
        for number, last in enumerate(gone):
            hour = [one for one in gone[: number + 1] if one["ts"] > last["ts"] - 3600]
            assert len({one["target"] for one in hour}) <= LIMIT

    @invariant()
    def both_tell_the_same(self):
        there = self.company.there()
        sent = {one["request"]["target"] for one in judge.changes_of(self.company.openai)}
        for one in ProvisioningOperation.objects.filter(pk__in=[one.pk for one in self.mine]):
            assert one.state != State.VERIFIED or one.target_id not in there
            assert one.target_id in there or one.target_id in sent
            assert one.state not in (State.BLOCKED, State.FAILED) or one.reason.endswith(".")

    def teardown(self):
        """When all is well again, everything that was let go settles, or says why it waits."""
        self.behave()
        for _ in range(8):
            self.work(400)
        states = Counter(
            ProvisioningOperation.objects.filter(pk__in=[one.pk for one in self.mine]).values_list(
                "state", flat=True
            )
        )
        assert not states[State.RUNNING], states
        assert not states[State.DONE], states


class saying_why:  # noqa: N801 - reads as a word
    """A refusal is one sentence."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, DomainError):
            assert str(error).endswith("."), str(error)
            return True
        return False


def test_in_any_order_what_must_never_be_is_never(company):
    machine = type("These", (Removals,), {"company": company})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )
