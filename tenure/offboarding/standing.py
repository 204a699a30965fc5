"""Where a case under way stands, from its items; and telling of it."""

from __future__ import annotations

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.offboarding import rules
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.planning import items_of
from tenure.webhooks.publishing import publish

State = OffboardingCase.State
_TOLD: dict[str, str] = {State.BLOCKED: "case.blocked", State.COMPLETE: "case.completed"}


def settle(case: OffboardingCase, *, actor: Actor) -> bool:
    """Bring the state of a case under way in line with its items; True when it changed. In a
    transaction, with the case locked.
    """
    state, reason = rules.state_of(_standing(item) for item in items_of(case))
    if (state, reason) == (case.state, case.reason):
        return False
    before, case.state, case.reason = case.state, State(state), reason[:500]
    case.completed_at = now() if state == State.COMPLETE else None
    case.save(update_fields=["state", "reason", "completed_at"])
    if state != before:
        publish_state(case, before=before)
    if state != before and state in _TOLD:
        audit.record(
            _TOLD[state],
            actor=actor,
            subject=case,
            text={"person": str(case.person), "reason": reason},
            late=case.is_late,
        )
        announce("offboarding.moved", case_ref=str(case.ref))
    return True


def publish_state(case: OffboardingCase, *, before: str = "") -> None:
    """The webhook event of the state it is in now."""
    publish(
        f"offboarding.{case.state}",
        "offboarding",
        [case.ref],
        data={"before": before or None, "person": str(case.person.ref), "opened": case.opened},
    )


def _standing(item: OffboardingItem) -> rules.Standing:
    operation = item.operation
    if operation is None:
        return rules.Standing(item.is_settled, item.state, "")
    return rules.Standing(item.is_settled, operation.state, operation.reason)
