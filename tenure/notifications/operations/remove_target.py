from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications import queries, sealing
from tenure.notifications.models import Target


@transaction.atomic
def remove_target(*, ref: UUID | str, actor: Actor) -> Target:
    """Tell a channel nothing more: its address is wiped, and what waits for it is dropped."""
    actor.require("settings.manage")
    target = queries.target_to_change(ref, actor=actor)
    dropped, _ = target.notices.all().delete()
    target.removed_at, target.topics = now(), []
    sealing.wipe(target)
    target.save(update_fields=["removed_at", "topics", *sealing.SEALED])
    audit.record(
        "target.removed", actor=actor, subject=target, text={"name": target.name}, dropped=dropped
    )
    return target
