from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
from django.db import connection as database

from tenure.connections import budget
from tenure.connections.budget import ORGANIZATION, Granted, LeasedPacer, lease
from tenure.connections.models import BudgetMinute, Connection, RequestBudget
from tenure.lib.clock import now
from tenure.testing.factories import make_connection

MEMBERS, KEYS = "project_users", "project_keys"
NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
def clock(time_machine):
    """`clock(30)`: half a minute later. Time stands still in between."""
    time_machine.move_to(NOON, tick=False)
    return time_machine.shift


@pytest.fixture
def connection(db, clock) -> Connection:
    return make_connection()


def take_all(connection, family=ORGANIZATION, *, purpose="read") -> int:
    """Everything that may be sent now, lease by lease."""
    total = 0
    while got := lease(connection, family, 1000, purpose=purpose).requests:
        total += got
    return total


def row(connection, family=ORGANIZATION) -> RequestBudget:
    return RequestBudget.objects.get(connection=connection, family=family)


# Leasing


def test_a_lease_is_a_small_block_and_says_when_to_ask_again(connection, clock):
    assert lease(connection, ORGANIZATION, 5) == Granted(5, 0.0)
    first = lease(connection, ORGANIZATION, 100)
    assert first.requests == 7
    assert 0 < first.wait <= 3
    assert lease(connection, ORGANIZATION, 100).requests == 0
    clock(first.wait)
    assert lease(connection, ORGANIZATION, 100).requests >= 1


def test_a_family_has_ten_a_minute_and_draws_on_the_organizations_as_well(connection, clock):
    assert take_all(connection, MEMBERS) == 2
    assert take_all(connection, KEYS) == 2
    assert take_all(connection) == 12 - 4
    assert take_all(connection, KEYS) == 0


def test_no_family_may_have_more_than_the_whole_connection(db, clock):
    connection = make_connection(requests_per_minute=4)
    lease(connection, MEMBERS, 1)
    assert budget.pace(row(connection, MEMBERS), now()) == 4


def test_an_hour_of_reading_leaves_a_fifth_and_a_change_goes_at_once(connection, clock):
    read = 0
    for _ in range(60 * 6):
        read += take_all(connection)
        read += take_all(connection, MEMBERS)
        assert lease(connection, MEMBERS, 0, purpose="change") == Granted(0, 0.0)
        clock(10)
    assert read <= 12 + 0.8 * 50 * 60
    assert read >= 0.8 * 50 * 59
    assert take_all(connection, MEMBERS) == 2
    assert lease(connection, MEMBERS, 1, purpose="change") == Granted(1, 0.0)


def test_a_family_that_found_nothing_left_comes_before_the_one_that_took_it(db, clock):
    connection = make_connection(requests_per_minute=5)
    got = Counter()
    ask_at = {MEMBERS: 0.0, KEYS: 0.0}
    for second in range(600):
        for family in (MEMBERS, KEYS):
            if ask_at[family] <= second:
                granted = lease(connection, family, 1000)
                got[family] += granted.requests
                ask_at[family] = second + granted.wait
        clock(1)
    assert sum(got.values()) <= 1 + 4 * 10
    assert min(got.values()) >= 15


def test_a_setting_changed_during_a_run_counts_at_once(connection, clock):
    assert take_all(connection) == 12
    Connection.objects.filter(pk=connection.pk).update(requests_per_minute=None)
    assert lease(connection, ORGANIZATION, 1000) == Granted(1000, 0.0)


def test_what_was_not_sent_can_be_leased_again_and_no_more(connection, clock):
    assert lease(connection, MEMBERS, 2).requests == 2
    budget.give_back(connection, MEMBERS, 1)
    budget.give_back(connection, MEMBERS, 0)
    assert take_all(connection, MEMBERS) == 1
    assert take_all(connection) == 12 - 2
    budget.give_back(connection, ORGANIZATION, 10)
    clock(600)
    assert take_all(connection) == 12


def test_a_change_that_was_not_sent_gives_reading_nothing(connection, clock):
    assert take_all(connection) == 12
    assert lease(connection, ORGANIZATION, 3, purpose="change").requests == 3
    budget.give_back(connection, ORGANIZATION, 3, purpose="change")
    assert take_all(connection) == 0
    assert take_all(connection, purpose="change") == 3


@pytest.mark.django_db(transaction=True)
def test_four_processes_share_one_budget(clock):
    connection = make_connection()
    got, errors, turn = Counter(), [], threading.Barrier(5)

    def ask(family):
        try:
            for _ in range(60):
                turn.wait()
                got[family, threading.get_ident()] += lease(connection, family, 7).requests
                turn.wait()
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)
            turn.abort()
        finally:
            database.close()

    families = [ORGANIZATION, ORGANIZATION, MEMBERS, MEMBERS]
    threads = [threading.Thread(target=ask, args=[family]) for family in families]
    for thread in threads:
        thread.start()
    try:
        for _ in range(60):
            turn.wait()
            turn.wait()
            clock(1)
    except threading.BrokenBarrierError:
        pass
    for thread in threads:
        thread.join()
    assert errors == []
    of_members = sum(number for (family, _), number in got.items() if family == MEMBERS)
    assert 45 <= sum(got.values()) <= 12 + 0.8 * 50 * 59 / 60
    assert 5 <= of_members <= 2 + 0.8 * 10 * 59 / 60


# Refusals


def test_after_a_refusal_nobody_sends_to_the_family_until_the_provider_allows(connection, clock):
    lease(connection, MEMBERS, 1)
    budget.limited(connection, MEMBERS, retry_after=20)
    assert lease(connection, MEMBERS, 1) == Granted(0, 20.0)
    assert lease(connection, MEMBERS, 1, purpose="change").requests == 0
    assert lease(connection, KEYS, 1).requests == 1
    clock(20)
    assert take_all(connection, MEMBERS) == 1


def test_after_a_refused_list_of_the_organization_nobody_sends_at_all(connection, clock):
    budget.limited(connection, ORGANIZATION, retry_after=7)
    assert lease(connection, MEMBERS, 1) == Granted(0, 7.0)
    assert lease(connection, ORGANIZATION, 1, purpose="change").requests == 0
    clock(7)
    assert lease(connection, MEMBERS, 1).requests == 1


def test_a_shorter_pause_does_not_end_a_longer_one(connection, clock):
    assert budget.limited(connection, ORGANIZATION, retry_after=90) == 90
    assert budget.limited(connection, ORGANIZATION, retry_after=1) == 90
    assert lease(connection, ORGANIZATION, 1) == Granted(0, 90.0)


def test_what_was_leased_before_a_refusal_does_not_come_back(connection, clock):
    lease(connection, ORGANIZATION, 12)
    budget.limited(connection, ORGANIZATION, retry_after=10)
    budget.give_back(connection, ORGANIZATION, 12)
    clock(10)
    assert take_all(connection) == 1


def test_the_pace_falls_once_for_refusals_close_together_and_recovers_in_quiet(connection, clock):
    def pace():
        return round(budget.pace(row(connection, MEMBERS), now()), 2)

    budget.limited(connection, MEMBERS, retry_after=1)
    budget.limited(connection, MEMBERS, retry_after=1)
    assert pace() == 7
    clock(31)
    assert budget.limited(connection, MEMBERS, retry_after=None) == 30
    assert pace() == 4.9
    clock(9 * 60)
    assert pace() == 4.9
    clock(61)
    assert pace() == 5.9
    clock(3600)
    assert pace() == 10


def test_with_the_budget_off_everything_goes_but_a_pause_asked_for_is_kept(db, clock):
    connection = make_connection(requests_per_minute=None)
    assert lease(connection, MEMBERS, 500) == Granted(500, 0.0)
    assert budget.limited(connection, MEMBERS, retry_after=None) == 0
    assert lease(connection, MEMBERS, 500) == Granted(500, 0.0)
    budget.limited(connection, MEMBERS, retry_after=30)
    assert lease(connection, MEMBERS, 500) == Granted(0, 30.0)
    assert lease(connection, KEYS, 500) == Granted(500, 0.0)
    assert row(connection, MEMBERS).per_minute is None
    budget.give_back(connection, KEYS, 400)
    assert budget.allowances(connection, [MEMBERS], seconds=60) == {}
    assert budget.seconds_for(connection, {MEMBERS: 1000}) == 0


# Plans


def test_a_plan_says_how_long_its_slowest_part_takes(connection, clock):
    assert budget.seconds_for(connection, {}) == 0
    assert budget.seconds_for(connection, {ORGANIZATION: 12}) == 0
    assert budget.seconds_for(connection, {ORGANIZATION: 52}) == pytest.approx(60)
    assert budget.seconds_for(connection, {MEMBERS: 82, ORGANIZATION: 3}) == pytest.approx(600)
    both = budget.seconds_for(connection, {MEMBERS: 402, KEYS: 402})
    assert both == pytest.approx(3000)
    assert budget.seconds_for(connection, {ORGANIZATION: 400, MEMBERS: 2}) > 560
    assert not RequestBudget.objects.exists()


def test_an_allowance_is_what_fits_into_the_time(connection, clock):
    assert budget.allowances(connection, [MEMBERS], seconds=600)[MEMBERS] == 2 + 80
    assert budget.allowances(connection, [ORGANIZATION], seconds=600)[ORGANIZATION] == 12 + 400
    budget.limited(connection, MEMBERS, retry_after=700)
    assert budget.allowances(connection, [MEMBERS], seconds=600)[MEMBERS] == 0
    assert budget.allowances(connection, [ORGANIZATION], seconds=600)[ORGANIZATION] == 12 + 400


# The pacer


def test_a_pacer_sends_what_was_leased_and_says_when_to_ask_again():
    moment = [100.0]
    pacer = LeasedPacer({MEMBERS: Granted(2, 5.0)}, clock=lambda: moment[0])
    assert [pacer.acquire(MEMBERS) for _ in range(3)] == [0.0, 0.0, 5.0]
    moment[0] = 104.0
    assert pacer.acquire(MEMBERS) == 1.0
    moment[0] = 200.0
    assert 0 < pacer.acquire(MEMBERS) < 1
    assert 0 < pacer.acquire(KEYS) < 1
    pacer.add(MEMBERS, Granted(3, 0.0))
    assert pacer.acquire(MEMBERS) == 0.0
    assert pacer.used == {MEMBERS: 3}
    assert pacer.left[MEMBERS] == 2
    assert pacer.returned() == {MEMBERS: 2}
    assert pacer.acquire(MEMBERS) > 0


def test_a_refusal_stops_what_was_leased_before_it():
    pacer = LeasedPacer({MEMBERS: Granted(2, 1.0), KEYS: Granted(2, 1.0)}, clock=lambda: 100.0)
    pacer.pause(MEMBERS, 20.0)
    assert (pacer.acquire(MEMBERS), pacer.acquire(KEYS)) == (20.0, 0.0)
    pacer.pause(ORGANIZATION, 30.0)
    assert [pacer.acquire(name) for name in (ORGANIZATION, MEMBERS, KEYS)] == [30.0] * 3
    assert pacer.used == {KEYS: 1}
    assert not pacer.returned()


def test_many_threads_send_no_more_than_was_leased():
    pacer, sent = LeasedPacer({MEMBERS: Granted(1000, 1.0)}), []

    def send():
        while pacer.acquire(MEMBERS) == 0.0:
            sent.append(1)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == pacer.used[MEMBERS] == 1000


# What was sent


def test_requests_and_refusals_are_counted_by_minute_and_kept_for_a_week(connection, clock):
    budget.sent(connection, {ORGANIZATION: (3, 0), MEMBERS: (2, 1)})
    budget.sent(connection, {MEMBERS: (4, 0)})
    clock(60)
    budget.sent(connection, {MEMBERS: (1, 1)})
    seen = BudgetMinute.objects.order_by("minute", "family")
    assert list(seen.values_list("minute__minute", "family", "requests", "refused")) == [
        (0, ORGANIZATION, 3, 0),
        (0, MEMBERS, 6, 1),
        (1, MEMBERS, 1, 1),
    ]
    clock(7 * 24 * 3600)
    budget.sent(connection, {MEMBERS: (1, 0)})
    assert seen.filter(minute__minute=0).count() == 0
    assert seen.count() == 2
