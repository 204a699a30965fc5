from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit import queries
from tenure.audit.queries import ALL, EventFilter
from tenure.lib.actor import Actor


@transaction.atomic
def export_audit_log(*, actor: Actor, chosen: EventFilter = ALL) -> Iterator[bytes]:
    """Hand out the events this actor may see, as JSON Lines, and remember that it happened."""
    lines = queries.export_lines(actor=actor, chosen=chosen)
    audit.record(
        "audit_log.exported",
        actor=actor,
        subject=audit.Subject("audit_log", "all"),
        text={"actor_filter": chosen.actor} if chosen.actor else None,
        subject_filter=chosen.subject,
        verb_filter=chosen.verb,
        since=chosen.since,
        until=chosen.until,
    )
    return lines
