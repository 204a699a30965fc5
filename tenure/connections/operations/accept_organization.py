from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries, rules
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def accept_organization(*, ref: UUID | str, is_accepted: bool, actor: Actor) -> Connection:
    """Take it upon oneself, or no longer, that no answer proves which organization it is of."""
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    rules.next_state("change", connection.state, name=connection.name)
    connection.organization_accepted_at = now() if is_accepted else None
    connection.organization_accepted_by = actor.label[:100] if is_accepted else ""
    connection.save(update_fields=["organization_accepted_at", "organization_accepted_by"])
    audit.record(
        "connection.organization_accepted" if is_accepted else "connection.organization_doubted",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
    )
    return connection
