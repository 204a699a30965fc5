"""Who is there is never old, and what they can reach comes round in time, within the budget."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.connections.models import Connection
from tenure.inventory import queries, syncing
from tenure.inventory.freshness import DAILY
from tenure.inventory.models import Collection, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.hours import connected, live_through
from tenure.lib.clock import now
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
# Small, and alike: 32 reads in an interval of five minutes, six of them of who is there; two
# intervals hold all lists with some to spare, because a busy machine takes its time too.
# benchmarks/sync_tiers.py tells of 300 projects in six hours.
PROJECTS, PER_MINUTE, EVERY, HOURS = 7, 8, 5, 0.45
# The members of a project, its groups, roles, service accounts and keys.
BELOW = 5


@pytest.fixture
def openai():
    with running_simulator(users=12, projects=PROJECTS, members=2) as simulator:
        yield simulator


@pytest.fixture
def connection(db, openai) -> Connection:
    made = connected(openai, requests_per_minute=PER_MINUTE)
    made.interval_minutes = EVERY
    made.save(update_fields=["interval_minutes"])
    for kind in DAILY:  # what is read once a day has been read today
        Collection.objects.create(connection=made, key=kind, kind=kind, completed_at=now())
    return made


def test_no_tier_gets_old_though_one_interval_cannot_hold_all_lists(connection):
    told = live_through(connection, hours=HOURS)
    assert told.lists == PROJECTS * BELOW
    assert told.identity_age <= 2 * EVERY
    assert (told.promised, told.unread) == (2 * EVERY, 0)
    # What the machine itself took is in it: seconds on a quiet one.
    assert told.first_read <= told.promised + 1
    assert told.between <= told.promised + 1
    assert all(run.status == "complete" for run in told.runs[:-1])
    assert all(run.left for run in told.runs), "no run could hold all of them"


def test_a_run_past_its_identity_tier_makes_way_for_the_one_that_is_due(connection):
    actor = actor_of("ada")
    with time_machine.travel(now()) as clock:
        run = request_sync(connection_ref=connection.ref, actor=actor)
        while run.identity_at is None:
            clock.shift(syncing.run_sync(run_ref=run.ref, actor=actor))
            run.refresh_from_db()
        clock.shift(timedelta(minutes=EVERY))
        (due,) = queries.connections_due(actor=actor)
        assert request_sync(connection_ref=due.ref, trigger="schedule", actor=actor) == run
        run.refresh_from_db()
        assert (run.status, run.next_trigger) == ("running", "schedule")
        while (wait := syncing.run_sync(run_ref=run.ref, actor=actor)) is not None:
            clock.shift(wait)
        run.refresh_from_db()
    assert run.status == "complete"
    left = run.collections.filter(state="skipped", reason="Left for the next sync.")
    assert left.count() >= 1
    assert not left.filter(collection__attempted_at__isnull=False).exists(), "as urgent as before"


def test_after_a_reading_that_could_read_nothing_the_next_is_due_sooner(connection):
    Connection.objects.update(interval_minutes=30)
    at = now()
    SyncRun.objects.create(
        connection=connection, status="failed", queued_at=at - timedelta(minutes=6), finished_at=at
    )
    assert queries.connections_due(actor=actor_of("ada")) == []
    Connection.objects.update(strikes=1, first_strike_at=at, failure_kind="unreachable")
    assert queries.connections_due(actor=actor_of("ada")) == [connection]
    Connection.objects.update(state="failing")
    assert queries.connections_due(actor=actor_of("ada")) == []
