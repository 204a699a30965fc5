from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.offboarding import queries, rules
from tenure.offboarding.impact import check_preview
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.planning import plan
from tenure.offboarding.starting import begin


@transaction.atomic
def approve_case(*, ref: UUID | str, preview: str, actor: Actor) -> OffboardingCase:
    """Let go what the actor was shown, and nothing else.

    Everything is looked for once more. Conflict when the plan is no longer the one they saw, or
    something in it still needs a choice.
    """
    case = queries.case_to_change(ref, actor=actor)
    rules.check_verb("approve", case.state, name=str(case))
    items = plan(case, actor=actor)
    check_preview(preview, case, items, actor=actor)
    begin(case, items, actor=actor)
    audit.record(
        "case.approved",
        actor=actor,
        subject=case,
        text={"person": str(case.person)},
        items=len(items),
    )
    return case
