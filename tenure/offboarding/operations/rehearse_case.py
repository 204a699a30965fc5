from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.planning import plan


@transaction.atomic
def rehearse_case(*, ref: UUID | str, actor: Actor) -> OffboardingCase:
    """Begin a dry run: look for everything once more. `rehearsing` then tells of each item."""
    case = queries.case_to_change(ref, actor=actor)
    rules.check_verb("choose", case.state, name=str(case))
    items = plan(case, actor=actor)
    audit.record(
        "case.rehearsed",
        actor=actor,
        subject=case,
        text={"person": str(case.person)},
        items=len(items),
    )
    return case
