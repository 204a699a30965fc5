from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.planning import plan
from tenure.offboarding.sla import due_at
from tenure.offboarding.standing import publish_state
from tenure.people import queries as people_queries

Opened = OffboardingCase.Opened
State = OffboardingCase.State


@transaction.atomic
def open_case(
    *,
    person_ref: UUID | str,
    opened: OffboardingCase.Opened = Opened.HAND,
    begins_at: datetime | None = None,
    new_owner_ref: UUID | str | None = None,
    actor: Actor,
) -> OffboardingCase:
    """Begin somebody's offboarding: find everything, and plan what happens to it.

    Nothing is changed before it is approved. Conflict when a case of theirs is open already.
    """
    actor.require("offboarding.manage")
    person = people_queries.person_by_ref(person_ref, actor=actor)
    at = now()
    begins_at = begins_at or at
    new_owner = people_queries.person_by_ref(new_owner_ref, actor=actor) if new_owner_ref else None
    case = OffboardingCase(
        person=person,
        state=State.SCHEDULED if begins_at > at else State.AWAITING_APPROVAL,
        opened=opened,
        opened_at=at,
        opened_by=actor.named[:100],
        ends_at=person.ends_at,
        begins_at=begins_at,
        due_at=due_at(begins_at),
        new_owner=new_owner,
    )
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        raise Conflict(f"The offboarding of {person} is open already; go on with that.") from None
    plan(case, actor=actor)
    publish_state(case)
    audit.record(
        "case.opened",
        actor=actor,
        subject=case,
        text={"person": str(person)},
        opened=opened,
        begins_at=begins_at,
    )
    return case
