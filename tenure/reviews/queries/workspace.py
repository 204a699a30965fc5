"""Reading what somebody has to decide, as their page shows it.

campaign_to_review(ref, actor=…)   the campaign
own_loads(campaign, actor=…)   for whom they decide in it, each with how much there is
row_page(campaign, asked, actor=…), row_of(ref, actor=…)   items with `is_mine`, `is_held_by_me`
chip_counts(campaign, asked, actor=…), own_chips(…)   how many each chip shows, and `bulk`
beside(item, actor=…)          what else its account has in the same campaign
counts_of(connections, kinds, actor=…)   about how much there is to review, bounded
campaigns_waiting(actor=…)     open campaigns in which something of theirs is not submitted
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from tenure.connections.models import Connection
from tenure.inventory.models import Account, Credential, Grant, Invitation
from tenure.lib.actor import Actor
from tenure.lib.counting import bounded_counts
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.reviews.models import Campaign, Decision, ReviewItem
from tenure.reviews.queries.campaigns import campaigns, sees_all_of, with_progress
from tenure.reviews.queries.items import SHOWS, items, narrowed, own_items, words
from tenure.reviews.queries.mine import oneself, reviewing_for
from tenure.reviews.rules import KINDS

_IN_ORDER = Sort("order", ("position",))
_SHOWN_WITH = ("before", "connection", "reviewer", "snapshot", "submission")
_PENDING = Q(decision=Decision.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows: a chip, words to look for, and whether of everybody or only one's own."""

    show: str = "all"
    q: str = ""
    whose: str = ""
    reviewer: str = ""
    cursor: str = ""

    @property
    def narrowed(self) -> dict[str, str]:
        """As an address says it."""
        said = asdict(self)
        return {name: said[name] for name in ("show", "q", "whose", "reviewer") if said[name]}


def own_loads(campaign: Campaign, *, actor: Actor) -> list[dict[str, Any]]:
    """For whom somebody decides, with how many items, undecided ones and ones not submitted."""
    return list(_loads(campaign, actor=actor).order_by("reviewer__name", "reviewer__email"))


def _loads(campaign: Campaign, *, actor: Actor) -> QuerySet[ReviewItem, dict[str, Any]]:
    named = own_items(campaign, actor=actor).order_by()
    named = named.values(
        whose=F("reviewer__ref"), name=F("reviewer__name"), email=F("reviewer__email")
    )  # type: ignore[assignment] # rows of values
    return named.annotate(
        total=Count("pk"),
        pending=Count("pk", filter=_PENDING),
        left=Count("pk", filter=Q(submission=None)),
    )  # type: ignore[return-value] # rows of values


def _asked(campaign: Campaign, asked: Asked, *, actor: Actor) -> QuerySet[ReviewItem]:
    of = items if asked.whose == "all" else own_items
    return narrowed(reviewer=asked.reviewer or None, q=asked.q, of=of(campaign, actor=actor))


def _claimed(rows: QuerySet[ReviewItem], *, actor: Actor) -> QuerySet[ReviewItem]:
    def claim(**condition: object) -> Case:
        return Case(When(**condition, then=Value(value=True)), default=Value(value=False))

    mine = reviewing_for(actor=actor).values("pk")
    held = oneself(actor=actor).values("pk")
    return rows.annotate(is_mine=claim(reviewer__in=mine), is_held_by_me=claim(holder__in=held))


def row_page(
    campaign: Campaign, asked: Asked, *, limit: int = 50, actor: Actor
) -> Page[ReviewItem]:
    """Some rows with everything a row shows."""
    rows = narrowed(show=asked.show, of=_asked(campaign, asked, actor=actor))
    return page(
        _claimed(rows.select_related(*_SHOWN_WITH), actor=actor),
        sort=_IN_ORDER,
        cursor=asked.cursor,
        filters={"campaign": campaign.ref, **asked.narrowed},
        limit=limit,
    )


def row_of(ref: UUID | str, *, actor: Actor) -> ReviewItem:
    """One item with everything a row shows, and its campaign with its snapshot."""
    seen = campaigns(actor=actor).prefetch_related(None).order_by()
    found = ReviewItem.objects.filter(ref=as_ref(ref), campaign__in=seen.values("pk"))
    found = found.select_related("campaign__snapshot", *_SHOWN_WITH, "account")
    item = _claimed(found, actor=actor).first()
    if item is not None and (item.is_mine or sees_all_of(item.campaign, actor=actor)):  # type: ignore[attr-defined] # an annotation
        return item
    raise NotFound("There is no such item, or it is not yours to see.")


def campaign_to_review(ref: UUID | str, *, actor: Actor) -> Campaign:
    """One campaign with its progress; what it covers, its snapshot says."""
    mine = with_progress(of=campaigns(actor=actor).prefetch_related(None))
    if (campaign := mine.filter(ref=as_ref(ref)).first()) is None:
        raise NotFound("There is no such campaign, or it is not yours to see.")
    return campaign


def _chips(asked: Asked, *, actor: Actor) -> dict[str, Count]:
    """Of what is looked for, how many each chip shows; `bulk`: what one decision for all that is
    shown would reach, which is never flagged and never their own access."""
    mine = reviewing_for(actor=actor).values("pk")
    held = oneself(actor=actor).values("pk")
    found = words(asked.q)
    reached = (
        _PENDING
        & Q(is_flagged=False, submission=None, reviewer__in=mine)
        & (Q(holder=None) | ~Q(holder__in=held))
        & SHOWS[asked.show][1]
    )
    which = {**{name: which for name, (_, which) in SHOWS.items()}, "bulk": reached}
    return {name: Count("pk", filter=one & found or None) for name, one in which.items()}


def chip_counts(campaign: Campaign, asked: Asked, *, actor: Actor) -> dict[str, int]:
    """Of everybody's items. One query."""
    rows = narrowed(reviewer=asked.reviewer or None, of=items(campaign, actor=actor))
    chips = _chips(replace(asked, q=""), actor=actor)
    return rows.filter(words(asked.q)).order_by().aggregate(**chips)


def own_chips(
    campaign: Campaign, asked: Asked, *, actor: Actor
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Of one's own, as `own_loads` and `chip_counts` would say. One query for both."""
    chips = _chips(asked, actor=actor)
    loads = list(
        _loads(campaign, actor=actor)
        .annotate(**chips)
        .order_by("reviewer__name", "reviewer__email")
    )
    return loads, {name: sum(load[name] for load in loads) for name in chips}


def own_decisions(campaign: Campaign, *, actor: Actor) -> dict[str, int]:
    """What the actor would submit: how many of each decision, and of flagged ones kept."""
    mine = own_items(campaign, actor=actor).filter(submission=None).order_by()
    told = {name: Count("pk", filter=Q(decision=name)) for name in ("keep", "remove", "change")}
    return mine.aggregate(**told, flagged=Count("pk", filter=Q(decision="keep", is_flagged=True)))


def beside(item: ReviewItem, *, actor: Actor) -> list[ReviewItem]:
    """What else the same account has, as far as the actor sees it: some."""
    if item.account_id is None:
        return []
    campaign = item.campaign
    rows = items(campaign, actor=actor).filter(account=item.account_id).exclude(pk=item.pk)
    return list(rows[:8])


def counts_of(
    connections: Sequence[Connection], kinds: Sequence[str], *, actor: Actor
) -> dict[str, int]:
    """How much there is by kind in connections, bounded, for a scope that is being put together."""
    if not actor.may_somewhere("reviews.manage") or not connections:
        return {}
    within = [one.pk for one in connections]
    accounts = Account.objects.filter(connection__in=within).exclude(status="gone")
    people = accounts.exclude(kind="service")
    rights = Grant.objects.filter(
        collection__connection__in=within, ended_at=None, account__isnull=False, via_group_ids=""
    )
    counted = bounded_counts(
        people=people,
        rights=rights,
        service_account=accounts.filter(kind="service"),
        credential=Credential.objects.filter(connection__in=within, ended_at=None),
        invitation=Invitation.objects.filter(
            connection__in=within, ended_at=None, status="pending"
        ),
    )
    counted["grant"] = counted["people"] + counted["rights"]
    return {kind: counted[kind] for kind in KINDS if kind in kinds}


def campaigns_waiting(*, actor: Actor) -> QuerySet[Campaign]:
    """Open campaigns in which something is the actor's to decide or submit."""
    mine = ReviewItem.objects.filter(
        reviewer__in=reviewing_for(actor=actor).values("pk"), submission=None
    )
    waiting = Q(state=Campaign.State.OPEN, snapshot__in=mine.order_by().values("snapshot"))
    return Campaign.objects.filter(waiting).order_by("due_at")


def items_waiting(*, actor: Actor) -> QuerySet[ReviewItem]:
    """What is undecided and the actor's, in open campaigns."""
    mine = reviewing_for(actor=actor).values("pk")
    return ReviewItem.objects.filter(
        _PENDING, reviewer__in=mine, campaign__state=Campaign.State.OPEN
    ).filter(snapshot=F("campaign__snapshot"))
