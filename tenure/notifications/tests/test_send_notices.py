from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine as clock
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.notifications import rules, sealing
from tenure.notifications.models import Notice, OutboxMessage
from tenure.notifications.operations.send_notices import send_notices
from tenure.notifications.operations.set_preference import set_preference
from tenure.notifications.operations.tell import tell
from tenure.notifications.queries import Group
from tenure.notifications.tests.conftest import (
    actor_of_the_worker,
    failing,
    leaver,
    pass_on,
    waiting_groups,
)
from tenure.notifications.topics import DELIVERIES
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
NAMES = ("ada", "mara", "sid")


def test_another_worker_that_comes_second_sends_nothing(time_machine):
    tell(topic="leaver_with_access", events=[leaver("ada")], actor=actor_of("ada"))
    time_machine.move_to(now() + timedelta(hours=1))
    (group,) = waiting_groups()
    assert send_notices(group=group, actor=actor_of_the_worker()) is not None
    assert send_notices(group=group, actor=actor_of_the_worker()) is None
    assert OutboxMessage.objects.count() == 1
    event = AuditEvent.objects.get(verb="notice.bundled")
    assert event.detail == {"notices": 1, "topics": ["leaver_with_access"]}


def test_who_does_not_deliver_sends_nothing():
    tell(topic="leaver_with_access", events=[leaver("ada")], actor=actor_of("ada"))
    group = Group(email_of("ada"), None, False, "leaver_with_access", "leavers-deprovisioned")
    assert send_notices(group=group, actor=actor_of("ada")) is None
    assert Notice.objects.count() == 1


def test_a_clock_set_back_makes_nobody_wait_for_it(time_machine):
    tell(topic="leaver_with_access", events=[leaver("ada")], actor=actor_of("ada"))
    assert waiting_groups() == []
    time_machine.move_to(datetime.now(UTC) - timedelta(days=400))
    assert len(waiting_groups()) == 1


class Died(Exception):
    pass


class House:
    """Three people, a clock, and what each of them should have been told by now."""

    def __init__(self, time: clock.Traveller) -> None:
        self.time = time
        self.off: set[tuple[str, str]] = set()
        self.expected: Counter[tuple[str, str]] = Counter()
        for name in NAMES:
            user_of(name)

    def live_through(self, what: str, given: tuple) -> None:
        getattr(self, what)(*given)

    def tell(self, topic: str, names: list[str], count: int, subject: str) -> None:
        if topic == "leaver_with_access":
            events = [leaver(*names, number=number) for number in range(count)]
        else:
            subjects = (subject if number % 2 else "one" for number in range(count))
            events = [failing(*names, subject=one) for one in subjects]
        tell(topic=topic, events=events, actor=actor_of("ada"))
        for name in names:
            if (name, topic) not in self.off:
                self.expected[email_of(name), topic] += count

    def move(self, minutes: int) -> None:
        self.time.shift(timedelta(minutes=minutes))

    def pass_on(self) -> None:
        pass_on()

    def die_telling(self, count: int) -> None:
        before = self.expected.copy()
        self._die_in(lambda: self.tell("leaver_with_access", ["ada", "sid"], count, "one"))
        self.expected = before

    def die_passing_on(self) -> None:
        self._die_in(pass_on)

    def choose(self, name: str, topic: str, delivery: str, hour: int) -> None:
        actor = actor_of(name)
        set_preference(deliveries={topic: delivery}, hour=hour, zone="UTC", actor=actor)
        (self.off.add if delivery == "off" else self.off.discard)((name, topic))

    @staticmethod
    def _die_in(work: Callable[[], None]) -> None:
        """Everything of the transaction, and then the process is gone before it commits."""
        with suppress(Died), transaction.atomic():
            work()
            raise Died


def sent() -> Counter[tuple[str, str]]:
    """(address, topic) -> how many events the messages tell of, by their own count."""
    found: Counter[tuple[str, str]] = Counter()
    for message in OutboxMessage.objects.all():
        letter = rules.compose(message.kind, sealing.unseal(message))
        for section in letter.sections:
            count = len(section.lines) + section.more or 1
            is_of_leavers = "left" in section.title or "leavers" in section.title
            topic = "leaver_with_access" if is_of_leavers else "connection_failing"
            found[message.to, topic] += count
    return found


TOPICS = st.sampled_from(["leaver_with_access", "connection_failing"])
SOME = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)
TELL = st.tuples(TOPICS, SOME, st.integers(1, 8), st.sampled_from(["one", "two"]))
CHOOSE = st.tuples(st.sampled_from(NAMES), TOPICS, st.sampled_from(DELIVERIES), st.integers(0, 23))
STEPS = st.one_of(
    st.tuples(st.just("tell"), TELL),
    st.tuples(st.just("move"), st.tuples(st.integers(-3 * 24 * 60, 3 * 24 * 60))),
    st.tuples(st.just("pass_on"), st.just(())),
    st.tuples(st.just("die_telling"), st.tuples(st.integers(1, 3))),
    st.tuples(st.just("die_passing_on"), st.just(())),
    st.tuples(st.just("choose"), CHOOSE),
)


@settings(max_examples=length(15, full=200), suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, max_size=25))
def test_each_event_is_in_exactly_one_message_of_each_who_wants_it(steps):
    """Whatever the order of events, moves of the clock, changes of mind, and deaths between."""
    with transaction.atomic(), clock.travel(MONDAY, tick=False) as time:
        house = House(time)
        for what, given_ in steps:
            house.live_through(what, given_)
        # In the end time passes, and the worker lives.
        time.shift(timedelta(days=14))
        pass_on()
        assert not Notice.objects.exists()
        assert +sent() == +house.expected
        transaction.set_rollback(True)
