from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid
from tenure.lib.ids import uuid7
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingItem


@transaction.atomic
def add_item(*, case_ref: UUID | str, label: str, place: str = "", actor: Actor) -> OffboardingItem:
    """Something of the leaver that Tenure cannot see: it is done by hand, and proven."""
    case = queries.case_to_change(case_ref, actor=actor)
    rules.check_verb("choose", case.state, name=str(case))
    label = " ".join(label.split())
    if not label:
        raise Invalid("Say what has to be done, such as “Return the laptop”.", field="label")
    kind = OffboardingItem.Kind.OTHER
    item = OffboardingItem.objects.create(
        case=case,
        key=f"other:{uuid7()}",
        kind=kind,
        label=label[:320],
        place=place[:300],
        action=OffboardingItem.Action.BY_HAND,
        rank=rules.rank(kind, is_emergency=case.is_emergency),
        found_at=now(),
        decided_by=actor.label[:100],
    )
    audit.record(
        "case.added_to",
        actor=actor,
        subject=case,
        text={"label": item.label, "person": str(case.person)},
    )
    return item
