from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingCase


@transaction.atomic
def cancel_case(*, ref: UUID | str, reason: str, actor: Actor) -> OffboardingCase:
    """Do not offboard them after all. Only before anything was sent."""
    case = queries.case_to_change(ref, actor=actor)
    rules.check_verb("cancel", case.state, name=str(case))
    reason = rules.check_reason(reason)
    case.state, case.reason = OffboardingCase.State.CANCELLED, reason
    case.save(update_fields=["state", "reason"])
    audit.record(
        "case.cancelled",
        actor=actor,
        subject=case,
        text={"person": str(case.person), "reason": reason},
    )
    return case
