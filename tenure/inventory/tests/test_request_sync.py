from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.connections.models import Connection
from tenure.inventory.models import SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.jobs.models import Job
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def jobs_of(run: SyncRun) -> int:
    return Job.objects.filter(arguments__kwargs__run_ref=str(run.ref)).count()


def test_it_queues_a_run_its_job_and_the_record_of_who_asked(connection):
    run = request_sync(connection_ref=connection.ref, actor=actor_of("mara"))
    assert (run.status, jobs_of(run)) == ("queued", 1)
    event = AuditEvent.objects.get(verb="sync_run.requested")
    assert event.connection_ref == str(connection.ref)


def test_two_requests_are_one_run(connection):
    first = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    second = request_sync(connection_ref=connection.ref, actor=actor_of("mara"))
    assert first == second
    assert jobs_of(first) == 1


def test_the_database_agrees_that_one_run_is_open(connection):
    request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    with pytest.raises(IntegrityError), transaction.atomic():
        SyncRun.objects.create(connection=connection, queued_at=now(), status="running")


def test_the_first_run_is_called_the_first(connection, sync):
    assert sync().trigger == "first"
    assert sync().trigger == "manual"


def test_what_the_schedule_asks_for_leaves_one_audit_event_and_not_two(connection, sync):
    sync()
    sync(trigger=SyncRun.Trigger.SCHEDULE)
    assert AuditEvent.objects.filter(verb="sync_run.requested").count() == 1
    assert AuditEvent.objects.filter(verb="sync_run.finished").count() == 2


@pytest.mark.parametrize("state", ["paused", "disconnected", "draft"])
def test_a_connection_that_is_not_to_be_read_is_refused(connection, state):
    Connection.objects.update(state=state)
    with pytest.raises(Conflict):
        request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("who", ["oscar", "hugo", "rita", "aud", "sid"])
def test_others_may_not_ask(connection, who):
    with pytest.raises(NotAllowed):
        request_sync(connection_ref=connection.ref, actor=actor_of(who))


def test_a_manager_of_one_connection_may_sync_that_one_only(connection):
    elsewhere = actor_of("mara", connection="01a0f0c0-0000-7000-8000-000000000000")
    with pytest.raises(NotAllowed):
        request_sync(connection_ref=connection.ref, actor=elsewhere)
    here = actor_of("mara", connection=str(connection.ref))
    assert request_sync(connection_ref=connection.ref, actor=here).status == "queued"
