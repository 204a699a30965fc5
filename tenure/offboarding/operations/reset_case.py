from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.ids import uuid7
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.planning import plan
from tenure.offboarding.standing import publish_state
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.cancel_operation import cancel_operation

State = OffboardingCase.State
# What nobody works on: it is planned anew, with what is there now.
_IDLE = ("planned", "awaiting_approval", "blocked", "failed")


@transaction.atomic
def reset_case(*, ref: UUID | str, reason: str, actor: Actor) -> OffboardingCase:
    """Open a case again and plan it anew: what is verified stays so, what is stuck is let go.

    What is being sent or read back at this moment goes on and stays in the case.
    """
    case = queries.case_to_change(ref, actor=actor)
    rules.check_verb("reset", case.state, name=str(case))
    reason = rules.check_reason(reason)
    for item in case.items.select_related("operation").exclude(operation=None):
        operation = item.operation
        assert operation is not None  # noqa: S101 - excluded
        if operation.state in _IDLE:
            cancel_operation(ref=operation.ref, reason=f"{case} was reset.", actor=actor)
        elif operation.state != ProvisioningOperation.State.CANCELLED:
            continue
        item.operation, item.state = None, OffboardingItem.State.PLANNED
        item.save(update_fields=["operation", "state"])
    before, case.state, case.reason = case.state, State.AWAITING_APPROVAL, ""
    case.completed_at = None
    case.batch, case.resets = uuid7(), case.resets + 1
    case.save(update_fields=["state", "reason", "completed_at", "batch", "resets"])
    plan(case, actor=actor)
    publish_state(case, before=before)
    audit.record(
        "case.reset",
        actor=actor,
        subject=case,
        text={"person": str(case.person), "reason": reason},
        resets=case.resets,
    )
    return case
