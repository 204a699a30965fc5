from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries, rules
from tenure.people.models import Delegation


@transaction.atomic
def withdraw_delegation(*, delegation_ref: UUID | str, actor: Actor) -> Delegation:
    """Nobody decides in their place any more; that somebody could stays in the history."""
    actor.require("people.manage")
    delegation = queries.delegation_to_change(delegation_ref, actor=actor)
    rules.check_withdrawal(is_withdrawn=delegation.withdrawn_at is not None)
    delegation.withdrawn_at = now()
    delegation.save(update_fields=["withdrawn_at"])
    audit.record(
        "delegation.withdrawn",
        actor=actor,
        subject=delegation,
        text={"name": str(delegation.person), "to": str(delegation.to)},
        person=delegation.person.ref,
    )
    return delegation
