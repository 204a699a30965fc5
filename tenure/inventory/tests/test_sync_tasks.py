from __future__ import annotations

import datetime as dt

import pytest

from tenure.connections.models import Connection
from tenure.inventory import queries, tasks
from tenure.inventory.models import Account, SyncRun
from tenure.inventory.tests.conftest import USERS
from tenure.jobs import enqueue
from tenure.jobs.models import Job
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_connecting_reads_the_organization_at_once(connection):
    run_jobs()
    run = SyncRun.objects.get()
    assert (run.status, run.trigger) == ("complete", "first")
    assert Account.objects.count() == USERS


def test_a_connection_is_due_when_its_interval_has_passed_since_it_was_last_asked_for(connection):
    assert queries.connections_due(actor=actor_of("ada")) == [connection]
    run_jobs()
    assert queries.connections_due(actor=actor_of("ada")) == []
    SyncRun.objects.update(queued_at=now() - dt.timedelta(minutes=31))
    assert queries.connections_due(actor=actor_of("ada")) == [connection]
    Connection.objects.update(state="paused")
    assert queries.connections_due(actor=actor_of("ada")) == []


def test_a_run_in_the_future_is_from_before_the_clock_was_put_back(connection):
    run_jobs()
    SyncRun.objects.update(queued_at=now() + dt.timedelta(hours=2))
    assert queries.connections_due(actor=actor_of("ada")) == [connection]


def test_the_schedule_asks_for_what_is_due(connection):
    run_jobs()
    SyncRun.objects.update(queued_at=now() - dt.timedelta(minutes=31))
    enqueue(tasks.request_due_syncs)
    run_jobs()
    assert list(SyncRun.objects.order_by("id").values_list("trigger", "status")) == [
        ("first", "complete"),
        ("schedule", "complete"),
    ]


def test_a_run_whose_job_is_lost_does_not_block_the_connection_for_ever(connection):
    run = SyncRun.objects.create(
        connection=connection,
        status="running",
        trigger="manual",
        queued_at=now() - dt.timedelta(hours=1),
    )
    enqueue(tasks.request_due_syncs)
    Job.objects.filter(task__endswith="sync_ready_connection").delete()
    run_jobs()
    run.refresh_from_db()
    assert run.status == "failed"
    assert "worker" in run.reason
    assert SyncRun.objects.get(status="complete").trigger == "schedule"


def test_a_run_that_has_a_job_is_left_to_it(connection):
    run_jobs()
    SyncRun.objects.update(status="running", queued_at=now() - dt.timedelta(hours=1))
    run = SyncRun.objects.get()
    Job.objects.filter(arguments__kwargs__run_ref=str(run.ref)).update(
        state="queued", finished_at=None
    )
    assert queries.abandoned_runs(actor=actor_of("ada")) == []
