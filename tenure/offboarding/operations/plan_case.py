from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.planning import items_of, plan


@transaction.atomic
def plan_case(*, ref: UUID | str, actor: Actor) -> OffboardingCase:
    """Look again for everything of a leaver, so that what is shown is what there is now."""
    case = queries.case_to_change(ref, actor=actor)
    rules.check_verb("choose", case.state, name=str(case))
    before = _told(case)
    items = plan(case, actor=actor)
    if _told(case) != before:
        audit.record(
            "case.planned",
            actor=actor,
            subject=case,
            text={"person": str(case.person)},
            items=len(items),
        )
    return case


def _told(case: OffboardingCase) -> list[tuple[str, str, str]]:
    return [(item.key, item.label, item.state) for item in items_of(case)]
