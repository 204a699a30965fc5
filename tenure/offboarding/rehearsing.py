"""A dry run of a leaving: each item as far as its request, which is not sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.starting import cause_of, plan_of
from tenure.provisioning import acting, guarding, planned
from tenure.provisioning.models import ProvisioningOperation

Action = OffboardingItem.Action
_BY_HAND = "It would be done by hand: it takes two people, and there is nobody else."


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """An item, and what would happen to it: a sentence, or an operation that says so when asked."""

    item: OffboardingItem
    says: str
    operation: ProvisioningOperation | None = None

    def said(self, *, actor: Actor) -> str:
        """Read at the provider by the very code that would change it, and nothing is written down.
        It asks the provider, so call it outside of a transaction.
        """
        if self.operation is None:
            return self.says
        return acting.rehearse(self.operation, actor=actor)


def rehearsed(
    case: OffboardingCase, items: Sequence[OffboardingItem], *, actor: Actor
) -> list[Rehearsed]:
    """What each item would become. Nothing is written, and nothing is asked yet."""
    actor.require("offboarding.manage")
    return [_of(item, case, actor) for item in items]


def rehearse(item: OffboardingItem, case: OffboardingCase, *, actor: Actor) -> str:
    """What would happen to one item, in one sentence."""
    return rehearsed(case, [item], actor=actor)[0].said(actor=actor)


def _of(item: OffboardingItem, case: OffboardingCase, actor: Actor) -> Rehearsed:
    if said := _without_request(item):
        return Rehearsed(item, said)
    try:
        plan = plan_of(item, case)
    except Conflict as refusal:
        return Rehearsed(item, str(refusal))
    if plan.mode == planned.Mode.MANUAL:
        who = plan.assignee or "Somebody"
        return Rehearsed(item, f"{who} would be asked to do it by hand.")
    operation = planned.as_operation(plan, cause=cause_of(case), batch=case.batch, actor=actor)
    operation.needs_second_person = guarding.needs_second_person(operation)
    if operation.needs_second_person and not guarding.second_person_exists(
        operation.planned_by_person
    ):
        return Rehearsed(item, _BY_HAND)
    return Rehearsed(item, "", operation)


def _without_request(item: OffboardingItem) -> str:
    """What happens to what no operation is made for, or is made already; else empty."""
    if item.operation is not None:
        return f"Its operation is there already: {item.operation.get_state_display().lower()}."
    if item.state == item.State.NEEDS_CHOICE:
        return "It needs your choice first."
    if item.action == Action.KEEP:
        return f"It is kept, and nothing is sent: {item.reason}"
    if item.action == Action.REASSIGN:
        return f"{item.new_owner} would answer for it; at the provider it runs on as it is."
    return ""
