"""Reading items of a campaign.

    item_page(campaign, show=…, reviewer=…, q=…, cursor=…, limit=…, actor=…)  -> a Page of items,
        each with `before` (its row of the last review), `reviewer`, `connection`, `submission`,
        `snapshot` and `remediation` at hand: one query, whatever a row shows; of its hint, flags
        and differences `hints` tells.
    item_counts(campaign, reviewer=…, actor=…)       how many every chip of SHOWS shows: one query
    items_to_decide(campaign, show=…, q=…, actor=…)  what a bulk decision would reach: the actor's,
        undecided, not flagged, not their own access; `.count()` is what they confirm
    item_by_ref(ref, actor=…), item_to_change(ref, actor=…)

A reviewer sees the items that are theirs to decide, and those of whom they stand in for; whoever
sees all of a campaign (`campaigns.sees_all_of`) everybody's.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, Value, When

from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.reviews.models import Campaign, Decision, ReviewItem
from tenure.reviews.queries.campaigns import campaigns, sees_all_of
from tenure.reviews.queries.mine import oneself, reviewing_for

_PENDING = Q(decision=Decision.PENDING)
# The chips above the table, in their order: the name in the address, the word, and which.
SHOWS: dict[str, tuple[str, Q]] = {
    "all": ("All", Q()),
    "undecided": ("Undecided", _PENDING),
    "flagged": ("Flagged", Q(is_flagged=True)),
    "unflagged": ("Without flags", Q(is_flagged=False)),
    "changed": ("Changed since the last review", Q(delta="changed")),
    "new": ("New", Q(is_new=True)),
    "privileged": ("Privileged", Q(is_privileged=True)),
    "leavers": ("Leavers", Q(is_leaver=True)),
    "unlinked": ("Not linked", Q(is_unlinked=True)),
    "keys": ("Keys and invites", Q(kind__in=["credential", "invitation"])),
    "services": ("Service accounts", Q(kind="service_account")),
    "keep": ("Kept", Q(decision=Decision.KEEP)),
    "remove": ("To be removed", Q(decision=Decision.REMOVE)),
    "change": ("To be changed", Q(decision=Decision.CHANGE)),
    "carried": ("Carried forward", Q(was_carried=True)),
    "submitted": ("Submitted", Q(submission__isnull=False)),
    "unassigned": ("Nobody to ask", Q(reviewer=None)),
}
_IN_ORDER = Sort("order", ("position",))
_SHOWN_WITH = (
    *("before", "before__campaign", "reviewer", "connection", "submission", "snapshot"),
    "remediation__operation",
)


def items(campaign: Campaign, *, actor: Actor) -> QuerySet[ReviewItem]:
    """What the actor may see of a campaign, in its order."""
    if campaign.snapshot_id is None:
        return ReviewItem.objects.none()
    rows = ReviewItem.objects.filter(snapshot=campaign.snapshot_id).order_by("position")
    if sees_all_of(campaign, actor=actor):
        return rows
    return rows.filter(reviewer__in=reviewing_for(actor=actor).values("pk"))


def narrowed(
    *, show: str = "all", reviewer: UUID | str | None = None, q: str = "", of: QuerySet[ReviewItem]
) -> QuerySet[ReviewItem]:
    """Of these items those of a chip, of a reviewer, and in whose names some text is."""
    if show not in SHOWS:
        raise NotFound(f"There is no filter {show!r} of a review; start from all.")
    of = of.filter(SHOWS[show][1])
    if reviewer:
        of = of.filter(reviewer__ref=as_ref(reviewer))
    return of.filter(words(q)) if q.strip() else of


def words(q: str) -> Q:
    """In whose names some text is; everything without any."""
    if not (q := q.strip()):
        return Q()
    named = ("person_name", "person_email", "account_name", "account_email", "thing_name")
    places = ("resource_name", "via_name", "role", "hint")
    found = Q()
    for name in (*named, *places):
        found |= Q(**{f"{name}__icontains": q})
    return found


def item_page(
    campaign: Campaign,
    *,
    show: str = "all",
    reviewer: UUID | str | None = None,
    q: str = "",
    cursor: str = "",
    limit: int = 50,
    actor: Actor,
) -> Page[ReviewItem]:
    """Some rows with everything a row shows."""
    rows = items(campaign, actor=actor).select_related(*_SHOWN_WITH)
    return page(
        narrowed(show=show, reviewer=reviewer, q=q, of=rows),
        sort=_IN_ORDER,
        cursor=cursor,
        filters={"campaign": campaign.ref, "show": show, "reviewer": reviewer, "q": q},
        limit=limit,
    )


def item_counts(
    campaign: Campaign, *, reviewer: UUID | str | None = None, actor: Actor
) -> dict[str, int]:
    """How many each chip shows."""
    rows = narrowed(reviewer=reviewer, of=items(campaign, actor=actor)).order_by()
    counts = {name: Count("pk", filter=which or None) for name, (_, which) in SHOWS.items()}
    return rows.aggregate(**counts)


def own_items(campaign: Campaign, *, actor: Actor) -> QuerySet[ReviewItem]:
    """What is the actor's to decide, for themselves or for whom they stand in."""
    rows = ReviewItem.objects.filter(snapshot=campaign.snapshot_id).order_by("position")
    return rows.filter(reviewer__in=reviewing_for(actor=actor).values("pk"))


def items_to_decide(
    campaign: Campaign, *, show: str = "all", q: str = "", actor: Actor
) -> QuerySet[ReviewItem]:
    """What one decision for all of a filter would reach; never what is flagged."""
    mine = own_items(campaign, actor=actor).filter(
        _PENDING, is_flagged=False, submission=None, campaign__state=Campaign.State.OPEN
    )
    held = oneself(actor=actor).values("pk")
    return narrowed(show=show, q=q, of=mine).filter(Q(holder=None) | ~Q(holder__in=held))


def item_by_ref(ref: UUID | str, *, actor: Actor) -> ReviewItem:
    """One item with everything a row shows."""
    found = ReviewItem.objects.filter(ref=as_ref(ref)).select_related("campaign", *_SHOWN_WITH)
    item = found.first()
    if item is not None:
        campaign = campaigns(actor=actor).filter(pk=item.campaign_id).first()
        if campaign is not None and items(campaign, actor=actor).filter(pk=item.pk).exists():
            return item
    raise NotFound("There is no such item, or it is not yours to see.")


def item_to_change(ref: UUID | str, *, actor: Actor) -> ReviewItem:
    """One item of the actor's to decide, locked, with `is_mine` and `is_held_by_me`."""
    actor.require("reviews.decide")
    mine = reviewing_for(actor=actor).values("pk")
    held = oneself(actor=actor).values("pk")
    found = (
        ReviewItem.objects.select_for_update(of=("self",))
        .select_related("campaign")
        .filter(ref=as_ref(ref))
        .annotate(is_mine=_claim(reviewer__in=mine), is_held_by_me=_claim(holder__in=held))
        .first()
    )
    if found is None or not found.is_mine:
        # Whoever sees it is told whose it is; for everybody else there is none.
        item_by_ref(ref, actor=actor)
    assert found is not None  # noqa: S101 - refused by then
    return found


def _claim(**condition: object) -> Case:
    return Case(When(**condition, then=Value(value=True)), default=Value(value=False))
