from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.offboarding import queries, rules
from tenure.offboarding.impact import check_preview
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.planning import plan
from tenure.offboarding.standing import settle
from tenure.offboarding.starting import start

State = OffboardingCase.State


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
    return case


def begin(case: OffboardingCase, items: list[OffboardingItem], *, actor: Actor) -> None:
    """From a plan to what is under way; in a transaction, with the case locked."""
    undecided = [item.label for item in items if item.state == item.State.NEEDS_CHOICE]
    rules.check_decided(undecided)
    case.state, case.reason = State.IN_PROGRESS, ""
    case.approved_at, case.approved_by = now(), actor.label[:100]
    case.save(update_fields=["state", "reason", "approved_at", "approved_by"])
    audit.record(
        "case.approved",
        actor=actor,
        subject=case,
        text={"person": str(case.person)},
        items=len(items),
    )
    start(case, items, actor=actor)
    settle(case, actor=actor)
