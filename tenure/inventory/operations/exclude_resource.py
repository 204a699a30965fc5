from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries, rules
from tenure.inventory.models import Resource
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def exclude_resource(*, resource_ref: UUID | str, reason: str, actor: Actor) -> Resource:
    """A person decides that a project does not matter: its members are read no more.

    What is known of it stays as it was last read, and counts in no test.
    """
    resource = queries.resource_to_change(resource_ref, actor=actor)
    actor.require("resources.scope", connection=str(resource.connection.ref))
    rules.check_exclude(
        is_open=resource.is_open,
        is_out_of_scope=resource.is_out_of_scope,
        reason=reason,
    )
    resource.is_out_of_scope, resource.scope_reason = True, reason.strip()
    resource.scope_decided_by, resource.scope_decided_at = actor.label[:100], now()
    resource.save(
        update_fields=["is_out_of_scope", "scope_reason", "scope_decided_by", "scope_decided_at"]
    )
    audit.record(
        "resource.excluded",
        actor=actor,
        subject=resource,
        connection=resource.connection,
        text={"reason": reason},
        before="in_scope",
        after="out_of_scope",
    )
    announce("scope.changed")
    return resource
