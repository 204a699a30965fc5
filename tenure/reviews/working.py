"""The page on which reviewers decide, as its templates show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from tenure.inventory.access_wording import Said, added
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import quantity
from tenure.people.models import Person
from tenure.reviews import queries, wording
from tenure.reviews.hint_rules import Hint
from tenure.reviews.hints import differences, flags_of, hint_of
from tenure.reviews.models import Campaign, Decision, ReviewItem
from tenure.reviews.queries import workspace
from tenure.reviews.queries.workspace import Asked
from tenure.reviews.rules import ATTESTATION

# The chips that stand there even when nothing is behind them.
_ALWAYS = ("all", "undecided", "flagged")
_SUGGESTS: Mapping[str, str] = {"remove": "Could go", "change": "Less would do"}


@dataclass(frozen=True, slots=True)
class Row:
    """An item in the table. `asks` names the decisions for which a reason is asked."""

    item: ReviewItem
    icon: str
    whose: str
    right: str
    way: str
    flags: list[Said]
    since: str
    source: str
    money: str
    hint: Hint
    suggests: str
    roles: list[tuple[str, str]]
    may_decide: bool
    why_not: str
    refused: str = ""

    @property
    def asks(self) -> str:
        return "keep remove change" if self.item.is_flagged else "remove change"

    @property
    def choices(self) -> list[tuple[str, str, str, str, str]]:
        """Every decision that makes sense: its name, word, icon, key, and its id in the page."""
        told = [("keep", "Keep", "check", "A"), ("remove", "Remove", "minus", "R")]
        if self.roles:
            told.append(("change", "Change", "arrows-exchange", "C"))
        return [(*one, f"d-{self.item.pk}-{one[0]}") for one in told]

    @property
    def word(self) -> str:
        return wording.decided(self.item)


def row(item: ReviewItem, *, at: datetime, refused: str = "") -> Row:
    """One row; `at` is when the snapshot was taken, and `item` has what `row_page` adds."""
    hint = hint_of(item)
    is_mine: bool = item.is_mine  # type: ignore[attr-defined] # an annotation
    is_held: bool = item.is_held_by_me  # type: ignore[attr-defined] # an annotation
    why_not = ""
    if item.submission_id is not None:
        why_not = "Submitted"
    elif not is_mine:
        reviewer: Person | None = item.reviewer
        why_not = f"{reviewer} decides" if reviewer else "Nobody to ask"
    elif is_held:
        why_not = "Your own access"
    return Row(
        item=item,
        icon=wording.icon_of(item),
        whose=wording.whose(item),
        right=wording.right(item),
        way=wording.way(item),
        flags=[wording.flag(name, item, at) for name in flags_of(item)],
        since=wording.since(item),
        source=wording.SOURCES.get(item.active_source, ""),
        money=wording.money(item),
        hint=hint,
        suggests=_SUGGESTS.get(hint.suggestion, ""),
        roles=wording.roles_to(item, hint.to_role),
        may_decide=not why_not,
        why_not=why_not,
        refused=refused,
    )


def row_by_ref(ref: UUID | str, *, actor: Actor, refused: str = "") -> Row:
    """One row as it stands now. Two queries."""
    item = workspace.row_of(ref, actor=actor)
    return row(item, at=_taken_at(item.campaign), refused=refused)


def items_page(ref: UUID | str, asked: Asked, *, actor: Actor) -> dict[str, Any]:
    """Context of the workspace. Four queries at most, and one more where a connection decides."""
    campaign = workspace.campaign_to_review(ref, actor=actor)
    sees_all = queries.sees_all_of(campaign, actor=actor)
    loads: list[dict[str, Any]] = []
    if asked.whose == "all" and sees_all:
        counts = workspace.chip_counts(campaign, asked, actor=actor)
    else:
        loads, counts = workspace.own_chips(campaign, asked, actor=actor)
    some = workspace.row_page(campaign, asked, actor=actor)
    at = _taken_at(campaign)
    is_open = campaign.state == Campaign.State.OPEN
    here = reverse("reviews:items", args=[campaign.ref])
    total = sum(load["total"] for load in loads)
    pending = sum(load["pending"] for load in loads)
    return {
        "campaign": campaign,
        "state": wording.headline(campaign, at=now()),
        "asked": asked,
        "is_first": any(one.delta == ReviewItem.Delta.FIRST for one in some.rows),
        "rows": [row(item, at=at) for item in some.rows],
        "chips": _chips(asked, counts, here),
        "covers": [one["name"] for one in _covers(campaign)],
        "counts": counts,
        "total": total,
        "decided": total - pending,
        "left": pending,
        "unsubmitted": sum(load["left"] for load in loads),
        "bulk": counts["bulk"] if is_open else 0,
        "bulk_url": _address(reverse("reviews:bulk", args=[campaign.ref]), asked.narrowed),
        "is_open": is_open,
        "is_overdue": is_open and campaign.due_at < now(),
        # Whoever sees everybody's and has nothing to decide here came to read.
        "reads_url": _address(here, {**asked.narrowed, "whose": "all"})
        if sees_all and not loads and asked.whose != "all"
        else "",
        "whose_url": _address(here, {"whose": "" if asked.whose == "all" else "all"}),
        "may_switch": sees_all and (asked.whose != "all" or bool(actor.person_id)),
        "is_narrowed": bool(asked.q) or asked.show != "all",
        "reasons": wording.REASONS,
        "summary": f"{len(some.rows)} of {quantity(counts[asked.show], 'item')}",
        "next_url": _address(here, {**asked.narrowed, "cursor": some.next}) if some.next else "",
        "previous_url": (
            _address(here, {**asked.narrowed, "cursor": some.previous}) if some.previous else ""
        ),
    }


def item_page(ref: UUID | str, *, actor: Actor, refused: str = "") -> dict[str, Any]:
    """Context of one item: beside the table, or a page of its own. Four queries."""
    item = workspace.row_of(ref, actor=actor)
    campaign = item.campaign
    shown = row(item, at=_taken_at(campaign), refused=refused)
    before: ReviewItem | None = item.before
    return {
        "row": shown,
        "item": item,
        "campaign": campaign,
        "before": before,
        "before_word": wording.decided(before) if before is not None else "",
        "differences": [wording.difference(one) for one in differences(item)],
        "takes": wording.takes(item),
        "meaning": wording.meaning(item),
        "added": added(
            at=item.began_at,
            not_before=item.began_not_before,
            known_by=item.began_known_by,
            by=item.given_by,
        )
        if item.began_at
        else "",
        "beside": [
            (other, wording.right(other), wording.way(other))
            for other in workspace.beside(item, actor=actor)
        ],
        "history": list(
            item.reassignments.select_related("from_person", "to_person").order_by("-id")[:5]
        ),
        "may_decide": shown.may_decide and campaign.state == Campaign.State.OPEN,
        "may_hand_on": shown.item.submission_id is None
        and campaign.state == Campaign.State.OPEN
        and (item.is_mine or queries.may_manage(campaign, actor=actor)),  # type: ignore[attr-defined] # an annotation
        "may_waive": campaign.state == Campaign.State.REMEDIATION
        and item.decision in (Decision.REMOVE, Decision.CHANGE)
        and queries.may_manage(campaign, actor=actor),
        "reasons": wording.REASONS,
    }


def bulk_page(ref: UUID | str, asked: Asked, *, actor: Actor) -> dict[str, Any]:
    """What one decision for all that is shown would reach. Three queries."""
    campaign = workspace.campaign_to_review(ref, actor=actor)
    reached = queries.items_to_decide(campaign, show=asked.show, q=asked.q, actor=actor)
    label, _ = queries.SHOWS[asked.show]
    return {
        "campaign": campaign,
        "asked": asked,
        "count": reached.count(),
        "filter": label,
        "reasons": wording.REASONS["remove"],
    }


def submit_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """What somebody would attest, for each person they decide for. Four queries."""
    campaign = workspace.campaign_to_review(ref, actor=actor)
    loads = workspace.own_loads(campaign, actor=actor)
    counts = workspace.own_decisions(campaign, actor=actor)
    return {
        "campaign": campaign,
        "loads": [{**load, "is_self": str(load["whose"]) == actor.person_id} for load in loads],
        "counts": counts,
        "pending": sum(load["pending"] for load in loads),
        "left": sum(load["left"] for load in loads),
        "attestation": ATTESTATION,
    }


def _covers(campaign: Campaign) -> list[dict[str, str]]:
    found: list[dict[str, str]] = campaign.snapshot.covers.get("connections", [])  # type: ignore[union-attr] # the page is of one that has a snapshot
    return found


def _taken_at(campaign: Campaign) -> datetime:
    return campaign.snapshot.taken_at if campaign.snapshot else campaign.created_at


def _chips(asked: Asked, counts: Mapping[str, int], here: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": label,
            "url": _address(here, {**asked.narrowed, "show": "" if name == "all" else name}),
            "count": counts[name],
            "current": name == asked.show,
        }
        for name, (label, _) in queries.SHOWS.items()
        if counts[name] or name in _ALWAYS or name == asked.show
    ]


def _address(here: str, said: Mapping[str, str | None]) -> str:
    words = {name: value for name, value in said.items() if value and (name, value) != _PLAIN}
    return f"{here}?{urlencode(words)}" if words else here


_PLAIN = ("show", "all")
