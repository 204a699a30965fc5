from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from tenure.audit import operations as audit
from tenure.inventory import queries, rules
from tenure.inventory.models import SyncRun
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.users.in_person import check_in_person


@transaction.atomic
def release_held_run(*, run_ref: UUID | str, actor: Actor) -> SyncRun:
    """A person decides that what a held run did not find may end. The new run that checks it again.

    Only rows that the held run missed and the new reading misses too will end.
    """
    seen = queries.run_by_ref(run_ref, actor=actor)
    actor.require("sync.release", connection=str(seen.connection.ref))
    held = queries.run_to_change(run_ref, actor=actor, permission="sync.release")
    check_in_person(actor=actor)
    rules.check_may_sync(name=held.connection.name, state=held.connection.state)
    rules.check_release(
        status=held.status,
        is_superseded=queries.is_superseded(held, actor=actor),
        another_is_open=queries.open_run(held.connection, actor=actor) is not None,
    )
    lists = dict(held.collections.filter(would_end__gt=0).values_list("key", "would_end"))
    try:
        with transaction.atomic():
            run = SyncRun.objects.create(
                connection=held.connection,
                trigger=SyncRun.Trigger.RELEASE,
                releases=held,
                queued_at=now(),
            )
    except IntegrityError as error:  # one was asked for in this moment
        raise Conflict("A sync has just begun; release this run when it is over.") from error
    audit.record(
        "sync_run.released",
        actor=actor,
        subject=held,
        connection=held.connection,
        would_end=sum(lists.values()),
        lists=lists,
        checked_by=run.ref,
    )
    announce("sync.requested", run_ref=str(run.ref), connection_ref=str(run.connection.ref))
    return run
