from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory import syncing
from tenure.inventory.models import Account
from tenure.inventory.operations.cancel_sync import cancel_sync
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.errors import Conflict, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_a_waiting_run_never_begins(connection):
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    cancel_sync(run_ref=run.ref, actor=actor_of("mara"))
    syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
    run.refresh_from_db()
    assert (run.status, run.pages) == ("cancelled", 0)
    assert not Account.objects.exists()
    assert AuditEvent.objects.filter(verb="sync_run.cancelled", subject_ref=str(run.ref)).exists()


def test_a_run_that_is_over_cannot_be_cancelled(sync):
    run = sync()
    with pytest.raises(Conflict):
        cancel_sync(run_ref=run.ref, actor=actor_of("ada"))
    run.refresh_from_db()
    assert run.status == "complete"


def test_who_may_only_look_may_not_cancel(connection):
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    with pytest.raises(NotAllowed):
        cancel_sync(run_ref=run.ref, actor=actor_of("sid"))
    with pytest.raises(NotFound):
        cancel_sync(run_ref=run.ref, actor=actor_of("oscar"))
