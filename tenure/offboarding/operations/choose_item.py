from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingItem
from tenure.people import queries as people_queries

State = OffboardingItem.State


@transaction.atomic
def choose_item(
    *,
    ref: UUID | str,
    action: str,
    new_owner_ref: UUID | str | None = None,
    reason: str = "",
    actor: Actor,
) -> OffboardingItem:
    """Decide what happens to one thing of a leaver, before anything is sent."""
    item = queries.item_to_change(ref, actor=actor)
    rules.check_verb("choose", item.case.state, name=str(item.case))
    reason = " ".join(reason.split())[:500]
    rules.check_choice(
        action=action,
        choices=OffboardingItem.CHOICES[item.kind],
        has_new_owner=new_owner_ref is not None,
        reason=reason,
    )
    item.action = OffboardingItem.Action(action)
    item.new_owner = (
        people_queries.person_by_ref(new_owner_ref, actor=actor) if new_owner_ref else None
    )
    item.reason, item.state, item.decided_by = reason, State.PLANNED, actor.label[:100]
    item.save(update_fields=["action", "new_owner", "reason", "state", "decided_by"])
    audit.record(
        "case.chosen",
        actor=actor,
        subject=item.case,
        connection=item.connection,
        text={"label": item.label, "reason": reason},
        kind=item.kind,
        action=action,
        new_owner=str(item.new_owner.ref) if item.new_owner else None,
    )
    return item
