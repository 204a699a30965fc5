"""The pages of leavers, as their templates show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.urls import reverse
from django.utils.http import urlencode

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import bounded_counts, in_words
from tenure.lib.paging import Sort, page
from tenure.offboarding import queries, wording
from tenure.offboarding.impact import impact_of, preview_of
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.planning import items_of
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.wording import State

_NEWEST = Sort("newest", ("-opened_at",))
_MOST_SOON = 20
_IN_HAND = (
    ProvisioningOperation.State.BLOCKED,
    ProvisioningOperation.State.FAILED,
    ProvisioningOperation.State.AWAITING_APPROVAL,
)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item in the plan of a case; with the form that decides it, while it may be decided."""

    item: OffboardingItem
    icon: str
    then: str
    state: State
    form: Form | None
    may_override: bool


def list_page(said: Mapping[str, str], *, actor: Actor) -> dict[str, Any]:
    """Context of /offboarding, as far as the address makes sense. Three queries."""
    show = said.get("show") if said.get("show") in wording.SHOWN else "open"
    assert show is not None  # noqa: S101 - one of those shown
    found = queries.shown(show, actor=actor)
    some = page(found, sort=_NEWEST, cursor=said.get("cursor", ""), filters={"show": show})
    soon = queries.leaving_soon(now(), actor=actor)
    counts = bounded_counts(
        soon=soon, **{name: queries.shown(name, actor=actor).order_by() for name in wording.SHOWN}
    )
    counts["upcoming"] += counts["soon"]
    return {
        "show": show,
        "lines": [(case, wording.STATES[case.state]) for case in some.rows],
        "soon": list(soon[:_MOST_SOON]) if show in ("open", "upcoming") and counts["soon"] else [],
        "chips": [
            {
                "label": label,
                "url": _address({"show": "" if name == "open" else name}),
                "count": in_words(counts[name]),
                "current": name == show,
            }
            for name, label in wording.SHOWN.items()
            if counts[name] or name in ("open", "done", show)
        ],
        "is_empty": not any(counts.values()),
        "at": now(),
        "may_manage": actor.may("offboarding.manage"),
        "summary": f"{len(some.rows)} of {in_words(counts[show])}",
        "next_url": _address({"show": show, "cursor": some.next}) if some.next else "",
        "previous_url": _address({"show": show, "cursor": some.previous}) if some.previous else "",
    }


def case_page(
    ref: UUID | str,
    *,
    actor: Actor,
    form_of: Callable[[OffboardingItem], Form],
    is_rehearsing: bool = False,
) -> dict[str, Any]:
    """Context of one case; `form_of` gives what decides about an item. Four queries."""
    case = queries.case_by_ref(ref, actor=actor)
    items = list(items_of(case))
    may_manage = actor.may("offboarding.manage")
    is_ahead = case.state in OffboardingCase.AHEAD
    may_choose = may_manage and is_ahead
    undecided = [item.label for item in items if item.state == item.State.NEEDS_CHOICE]
    impact = impact_of(items) if is_ahead or case.state in OffboardingCase.UNDER_WAY else None
    is_live = any(_is_live(item) for item in items)
    return {
        "case": case,
        "person": case.person,
        "state": wording.STATES[case.state],
        "headline": wording.headline(case, items),
        "lines": [
            _line(item, form_of(item) if may_choose else None, actor=actor) for item in items
        ],
        "settled": sum(item.is_settled for item in items),
        "impact": impact,
        "spend": [f"{amount / 1_000_000:,.2f} {unit.upper()}" for unit, amount in impact.spend]
        if impact
        else [],
        "access_from": _access_from(items),
        "events": wording.proof_events(items, case),
        "undecided": undecided,
        "preview": preview_of(case, items, actor=actor) if may_choose and not undecided else "",
        "goes": wording.goes(items),
        "off": _removal_off(items) if is_ahead else [],
        "owners": [item.label for item in items if _is_owner(item)] if is_ahead else [],
        "is_late_now": case.state in OffboardingCase.OPEN and now() > case.due_at,
        "is_ahead": is_ahead,
        "is_rehearsing": is_rehearsing,
        "poll_ms": (1500 if is_live else 5000) if case.state == "in_progress" or is_live else 0,
        "may_manage": may_manage,
        "may_prove": actor.may("evidence.create"),
        "may_choose": may_choose,
        "may_reset": may_manage and case.state in ("in_progress", "blocked", "complete"),
    }


def case_url(case: OffboardingCase) -> str:
    return reverse("offboarding:case", args=[case.ref])


def _line(item: OffboardingItem, form: Form | None, *, actor: Actor) -> ItemLine:
    operation = item.operation
    connection = str(item.connection.ref) if item.connection else None
    is_stuck = operation is not None and operation.state in _IN_HAND
    return ItemLine(
        item=item,
        icon=wording.ICONS[OffboardingItem.Kind(item.kind)],
        then=wording.then(item),
        state=wording.state_of(item),
        form=form if item.operation is None else None,
        may_override=is_stuck and actor.may("provisioning.approve", connection=connection),
    )


def _is_live(item: OffboardingItem) -> bool:
    operation = item.operation
    return (
        operation is not None
        and operation.mode == operation.Mode.CONNECTOR
        and operation.state in operation.LIVE
    )


def _is_owner(item: OffboardingItem) -> bool:
    is_member = item.kind == item.Kind.MEMBER and item.action == item.Action.REMOVE
    return is_member and item.account is not None and item.account.role == "owner"


def _removal_off(items: Sequence[OffboardingItem]) -> list[Any]:
    """Connections through which nothing can be taken away yet, though the plan says so."""
    by_hand = (OffboardingItem.Action.BY_HAND, OffboardingItem.Action.KEEP)
    planned = [item.connection for item in items if item.action not in by_hand]
    off = {one.pk: one for one in planned if one is not None and not one.removal_is_on}
    return list(off.values())


def _access_from(items: Sequence[OffboardingItem]) -> Any:  # noqa: ANN401 - an instant or none
    began = [item.account.began_at for item in items if item.kind == "member" and item.account]
    return min(began, default=None)


def _address(said: Mapping[str, str]) -> str:
    words = {name: value for name, value in said.items() if value}
    here = reverse("offboarding:cases")
    return f"{here}?{urlencode(words)}" if words else here
