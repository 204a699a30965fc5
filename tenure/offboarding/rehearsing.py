"""A dry run: what would happen to each item of a case, without its happening."""

from __future__ import annotations

from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.starting import cause_of, plan_of
from tenure.provisioning import acting, guarding, planned
from tenure.provisioning.saying import behind

Action = OffboardingItem.Action
_BY_HAND = "It would be done by hand: it takes two people, and there is nobody else."


def rehearse(item: OffboardingItem, case: OffboardingCase, *, actor: Actor) -> str:
    """One sentence. What goes by a connector is read at the provider by the very code that would
    change it, and nothing is written down. Not in a transaction: a provider is asked.
    """
    actor.require("offboarding.manage")
    if nothing := _sends_nothing(item):
        return nothing
    try:
        plan = plan_of(item, case)
    except Conflict as refusal:
        return str(refusal)
    if plan.mode == planned.Mode.MANUAL:
        return f"{plan.assignee or 'Somebody'} would be asked to do it by hand."
    operation = planned.as_operation(plan, cause=cause_of(case), batch=case.batch, actor=actor)
    operation.needs_second_person = guarding.needs_second_person(operation)
    if operation.needs_second_person and not guarding.second_person_exists(behind(actor)):
        return _BY_HAND
    return acting.rehearse(operation, actor=actor)


def _sends_nothing(item: OffboardingItem) -> str:
    """Why nothing would be asked of the provider; empty when something would."""
    if item.state == item.State.NEEDS_CHOICE:
        return "It needs your choice first."
    if item.action == Action.KEEP:
        return "It is kept, and nothing is sent."
    if item.action == Action.REASSIGN:
        return f"{item.new_owner} would answer for it; at the provider it runs on as it is."
    return ""
