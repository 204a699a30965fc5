from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.planning import plan


@transaction.atomic
def plan_case(*, ref: UUID | str, actor: Actor) -> OffboardingCase:
    """Look again at what there is of a leaver, before anything is sent: the plan that is shown is
    then the one that can be approved.
    """
    case = queries.case_to_change(ref, actor=actor)
    rules.check_verb("choose", case.state, name=str(case))
    before = set(case.items.values_list("key", flat=True))
    items = plan(case, actor=actor)
    if {item.key for item in items} != before:
        audit.record(
            "case.planned",
            actor=actor,
            subject=case,
            text={"person": str(case.person)},
            items=len(items),
        )
    return case
