from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.standing import publish_state


@transaction.atomic
def cancel_case(*, ref: UUID | str, reason: str, actor: Actor) -> OffboardingCase:
    """Do not offboard them after all. Only before anything was sent."""
    case = queries.case_to_change(ref, actor=actor)
    rules.check_verb("cancel", case.state, name=str(case))
    reason = rules.check_reason(reason)
    before, case.state, case.reason = case.state, OffboardingCase.State.CANCELLED, reason
    case.save(update_fields=["state", "reason"])
    publish_state(case, before=before)
    audit.record(
        "case.cancelled",
        actor=actor,
        subject=case,
        text={"person": str(case.person), "reason": reason},
    )
    return case
