from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from tenure.audit import operations as audit
from tenure.connections import queries as connection_queries
from tenure.inventory import queries, rules
from tenure.inventory.models import SyncRun
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now

_BY_ITSELF = (SyncRun.Trigger.SCHEDULE, SyncRun.Trigger.LOG)


@transaction.atomic
def request_sync(
    *,
    connection_ref: UUID | str,
    trigger: SyncRun.Trigger = SyncRun.Trigger.MANUAL,
    only: Sequence[str] = (),
    actor: Actor,
) -> SyncRun:
    """Ask for a sync. While one waits or reads who is there, that one is the answer, whoever asked
    for it; one that is past that makes way for the next as soon as it can. `only` names the keys of
    lists; it is not for connections that were never read.
    """
    actor.require("accounts.sync", connection=str(connection_ref))
    connection = connection_queries.connection_by_ref(
        connection_ref, actor=actor, permission="accounts.sync"
    )
    rules.check_may_sync(name=connection.name, state=connection.state)
    latest = queries.latest_run(connection, actor=actor)
    if latest is None:
        trigger = SyncRun.Trigger.FIRST
    elif latest.status in SyncRun.OPEN:
        if only:
            return latest
        past = SyncRun.objects.filter(pk=latest.pk, identity_at__isnull=False, next_trigger="")
        past.update(next_trigger=trigger)
        return latest
    try:
        with transaction.atomic():
            run = SyncRun.objects.create(
                connection=connection, trigger=trigger, only=list(only), queued_at=now()
            )
    except IntegrityError:  # somebody else asked in this moment
        return queries.open_runs(actor=actor).get(connection=connection)
    if trigger not in _BY_ITSELF:  # nobody asked; the end of the run is recorded
        audit.record(
            "sync_run.requested", actor=actor, subject=run, connection=connection, trigger=trigger
        )
    announce("sync.requested", run_ref=str(run.ref), connection_ref=str(run.connection.ref))
    return run
