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
def include_resource(*, resource_ref: UUID | str, actor: Actor) -> Resource:
    """A person decides that a project matters after all: its members are read from now on."""
    resource = queries.resource_to_change(resource_ref, actor=actor)
    actor.require("resources.scope", connection=str(resource.connection.ref))
    rules.check_include(is_out_of_scope=resource.is_out_of_scope)
    resource.is_out_of_scope, resource.scope_reason = False, ""
    resource.scope_decided_by, resource.scope_decided_at = actor.label[:100], now()
    resource.save(
        update_fields=["is_out_of_scope", "scope_reason", "scope_decided_by", "scope_decided_at"]
    )
    audit.record(
        "resource.included",
        actor=actor,
        subject=resource,
        connection=resource.connection,
        before="out_of_scope",
        after="in_scope",
    )
    announce("scope.changed")
    return resource
