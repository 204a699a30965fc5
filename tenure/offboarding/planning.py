"""The items of a case, brought in line with what there is now, without losing what was decided."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.offboarding import rules
from tenure.offboarding.finding import Found, everything_of
from tenure.offboarding.models import OffboardingCase, OffboardingItem

Action = OffboardingItem.Action
State = OffboardingItem.State
_NEEDS_SOMEBODY = (Action.REASSIGN, Action.ADD_OWNER)


def plan(case: OffboardingCase, *, actor: Actor) -> list[OffboardingItem]:
    """Look again: what is gone leaves the plan, and what was decided stays. In a transaction."""
    at = now()
    known = {item.key: item for item in case.items.select_for_update()}
    found = everything_of(case.person, actor=actor)
    for one in found:
        if one.key in known:
            _refresh(known.pop(one.key), one, case)
        else:
            _new(one, case, at).save(force_insert=True)
    stale = [item.pk for item in known.values() if item.kind != item.Kind.OTHER]
    case.items.filter(pk__in=stale, operation=None).delete()
    case.planned_at = at
    case.save(update_fields=["planned_at"])
    return list(items_of(case))


def items_of(case: OffboardingCase) -> QuerySet[OffboardingItem]:
    """In the order in which they are done."""
    with_all = ("connection", "account", "credential", "invitation", "resource", "new_owner")
    return case.items.select_related(*with_all, "operation").order_by("rank", "id")


def _new(one: Found, case: OffboardingCase, at: datetime) -> OffboardingItem:
    item = OffboardingItem(
        case=case,
        key=one.key,
        kind=one.kind,
        connection=one.connection,
        account=one.account,
        credential=one.credential,
        invitation=one.invitation,
        resource=one.resource,
        action=one.action,
        found_at=at,
    )
    if one.connection.removal_policy == "manual" and one.action not in _NEEDS_SOMEBODY:
        item.action = Action.BY_HAND
    if one.action in _NEEDS_SOMEBODY:
        item.new_owner = case.new_owner
    _describe(item, one, case)
    return item


def _refresh(item: OffboardingItem, one: Found, case: OffboardingCase) -> None:
    if item.action in _NEEDS_SOMEBODY and item.new_owner is None:
        item.new_owner = case.new_owner
    _describe(item, one, case)
    item.save(update_fields=["label", "place", "rank", "state", "new_owner"])


def _describe(item: OffboardingItem, one: Found, case: OffboardingCase) -> None:
    item.label, item.place = one.label[:320], one.place[:300]
    item.rank = rules.rank(item.kind, is_emergency=case.is_emergency)
    undecided = item.action in _NEEDS_SOMEBODY and item.new_owner is None
    if item.operation is None and item.state in (State.PLANNED, State.NEEDS_CHOICE):
        item.state = State.NEEDS_CHOICE if undecided else State.PLANNED
