from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries, rules
from tenure.people.models import Delegation
from tenure.people.neighbours import day_of


@transaction.atomic
def add_delegation(
    *,
    person_ref: UUID | str,
    email: str,
    from_day: date,
    until_day: date,
    reason: str = "",
    actor: Actor,
) -> Delegation:
    """Somebody decides in another's place for some days, both of them included."""
    actor.require("people.manage")
    person = queries.person_to_change(person_ref, actor=actor)
    to = queries.person_by_email(email, actor=actor)
    at = now()
    rules.check_delegation(
        is_to_oneself=person.pk == to.pk,
        to_may_hold_access=rules.may_hold_access(to.state, begins_at=to.begins_at, now=at),  # type: ignore[attr-defined] # an annotation
        from_day=from_day,
        until_day=until_day,
        today=day_of(at),
        overlaps=person.delegations.filter(
            withdrawn_at=None, from_day__lte=until_day, until_day__gte=from_day
        ).exists(),
    )
    delegation = Delegation.objects.create(
        person=person,
        to=to,
        from_day=from_day,
        until_day=until_day,
        reason=reason.strip(),
        decided_at=at,
        decided_by=actor.label[:100],
    )
    audit.record(
        "delegation.added",
        actor=actor,
        subject=delegation,
        text={"name": str(person), "to": str(to), "reason": delegation.reason},
        person=person.ref,
        to=to.ref,
        from_day=from_day,
        until_day=until_day,
    )
    return delegation
