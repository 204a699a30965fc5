"""A dry run of a leaving: each item as far as its request, which is not sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenure.lib.actor import Actor
from tenure.lib.errors import DomainError
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.starting import plan_of, why
from tenure.provisioning import acting
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.planned import Cause, drafted

Action = OffboardingItem.Action


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """An item, and what would happen to it: a sentence, or an operation that says so when asked."""

    item: OffboardingItem
    says: str
    operation: ProvisioningOperation | None = None

    def said(self, *, actor: Actor) -> str:
        """Asks the provider, so call it outside of a transaction."""
        if self.operation is None:
            return self.says
        return acting.rehearse(self.operation, actor=actor)


def rehearsed(
    case: OffboardingCase, items: Sequence[OffboardingItem], *, actor: Actor
) -> list[Rehearsed]:
    """What each item would become. Nothing is written, and nothing is asked yet."""
    actor.require("provisioning.run")
    return [_of(item, case, actor) for item in items]


def _of(item: OffboardingItem, case: OffboardingCase, actor: Actor) -> Rehearsed:
    if said := _without_request(item):
        return Rehearsed(item, said)
    try:
        plan = plan_of(item, case)
    except DomainError as refusal:
        return Rehearsed(item, str(refusal))
    if plan.mode == ProvisioningOperation.Mode.MANUAL:
        return Rehearsed(item, "Somebody would be asked to do it by hand.")
    return Rehearsed(item, "", drafted(plan, Cause(why=why(case)), actor=actor))


def _without_request(item: OffboardingItem) -> str:
    """What happens to what no operation is made for, or is made already; else empty."""
    if item.operation is not None:
        return f"Its operation is there already: {item.operation.get_state_display().lower()}."
    if item.state == item.State.NEEDS_CHOICE:
        return "Name the person who takes it over first."
    if item.action == Action.KEEP:
        return f"It would be left as it is: {item.reason}"
    if item.action == Action.REASSIGN:
        return f"{item.new_owner} would answer for it; it runs on."
    return ""
