from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries
from tenure.inventory.ending import forget_marks
from tenure.inventory.models import SyncRun
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict


@transaction.atomic
def cancel_sync(*, run_ref: UUID | str, actor: Actor) -> SyncRun:
    """Stop a sync that waits or runs. What it has read stays; it ends nobody."""
    seen = queries.run_by_ref(run_ref, actor=actor)
    actor.require("accounts.sync", connection=str(seen.connection.ref))
    run = queries.run_to_change(run_ref, actor=actor, permission="accounts.sync")
    changed = SyncRun.objects.filter(pk=run.pk, status__in=SyncRun.OPEN).update(
        status=SyncRun.Status.CANCELLED, finished_at=now()
    )
    if not changed:
        raise Conflict("This sync is over already; reload the page to see how it ended.")
    forget_marks(run)
    run.refresh_from_db()
    audit.record("sync_run.cancelled", actor=actor, subject=run, connection=run.connection)
    return run
