"""Reading campaigns.

    campaigns(actor=…)                         those the actor may see, the newest first
    with_progress(of=…)                        each with item_count, decided_count, submitted_count,
                                               flagged_count, open_count (of its remediation)
    campaign_by_ref(ref, actor=…)              one, with its progress
    campaign_to_change(ref, actor=…)           one, locked, of whoever may manage it

Whoever holds `reviews.view` for all connections of a campaign sees it; an auditor those completed
in their window; everybody else those in which they, or whom they stand in for, have items, from
when it was opened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.reviews.models import Campaign, Remediation, ReviewItem
from tenure.reviews.queries.mine import reviewing_for

State = Campaign.State
VIEW, MANAGE = "reviews.view", "reviews.manage"
SHOWS: dict[str, tuple[str, ...]] = {
    "ahead": Campaign.AHEAD,
    "running": (State.OPEN, State.REMEDIATION),
    "over": Campaign.OVER,
}
_BEGUN = (State.OPEN, State.REMEDIATION, State.COMPLETED)


def campaigns(*, actor: Actor) -> QuerySet[Campaign]:
    """Those the actor may see, the newest first."""
    related = ("named", "fallback", "snapshot")
    every = Campaign.objects.select_related(*related).prefetch_related("connections")
    return every.filter(_seen(actor)).order_by("-id")


def _seen(actor: Actor) -> Q:
    mine = ReviewItem.objects.filter(reviewer__in=reviewing_for(actor=actor).values("pk"))
    own = Q(state__in=_BEGUN, snapshot__in=mine.order_by().values("snapshot"))
    if not actor.may_somewhere(VIEW):
        return own
    all_of_it = Q()
    if (refs := actor.connections_where(VIEW)) is not None:
        others = Connection.objects.exclude(ref__in=refs).values("pk")
        through = Campaign.connections.through.objects.filter(connection__in=others)
        all_of_it = ~Q(pk__in=through.values("campaign"))
    if actor.window is not None:
        first, until = actor.window
        all_of_it &= Q(state=State.COMPLETED, completed_at__gte=first, completed_at__lt=until)
    # An empty condition would count for nothing beside another.
    return own | all_of_it if all_of_it else Q()


def sees_all_of(campaign: Campaign, *, actor: Actor) -> bool:
    """Whether the actor sees the items of every reviewer. `campaign` is one they may see."""
    refs = actor.connections_where(VIEW)
    if not actor.may_somewhere(VIEW):
        return False
    if actor.window is not None and (
        campaign.completed_at is None
        or not actor.window[0] <= campaign.completed_at < actor.window[1]
    ):
        return False
    return refs is None or all(str(one.ref) in refs for one in campaign.connections.all())


def may_manage(campaign: Campaign, *, actor: Actor) -> bool:
    """Whether the actor may change a campaign: held for every connection of it."""
    if actor.may(MANAGE) or not actor.may_somewhere(MANAGE):
        return actor.may(MANAGE)
    refs = [str(one.ref) for one in campaign.connections.all()]
    return bool(refs) and all(actor.may(MANAGE, connection=ref) for ref in refs)


def campaigns_asked(
    *, show: str = "", state: str = "", connection: UUID | None = None, actor: Actor
) -> QuerySet[Campaign]:
    """Those that somebody asks for, each with its progress."""
    mine = campaigns(actor=actor)
    if show:
        mine = mine.filter(state__in=SHOWS[show])
    if state:
        mine = mine.filter(state=state)
    if connection:
        through = Campaign.connections.through.objects.filter(connection__ref=connection)
        mine = mine.filter(pk__in=through.values("campaign"))
    return with_progress(of=mine)


def with_progress(*, of: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Each with how many items there are, and how far they are."""
    rows = ReviewItem.objects.filter(snapshot=OuterRef("snapshot")).order_by().values("snapshot")
    work = Remediation.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    unsettled = ~Q(state__in=Remediation.SETTLED)

    def number(some: QuerySet[Any, Any], which: Q) -> Coalesce:
        counted = some.annotate(n=Count("pk", filter=which)).values("n")
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    return of.annotate(
        item_count=number(rows, Q(pk__isnull=False)),
        decided_count=number(rows, ~Q(decision="pending")),
        submitted_count=number(rows, Q(submission__isnull=False)),
        flagged_count=number(rows, Q(is_flagged=True)),
        remediation_count=number(work, Q(pk__isnull=False)),
        unsettled_count=number(work, unsettled),
    )


def campaign_by_ref(ref: UUID | str, *, actor: Actor) -> Campaign:
    """One campaign, with its progress."""
    return _there(with_progress(of=campaigns(actor=actor)).filter(ref=as_ref(ref)).first())


def campaign_to_change(ref: UUID | str, *, actor: Actor) -> Campaign:
    """Fetch and lock; refused to whoever may not manage every connection of it."""
    mine = Campaign.objects.select_for_update(of=("self",)).select_related(
        "named", "fallback", "snapshot"
    )
    campaign = _there(mine.filter(_seen(actor), ref=as_ref(ref)).first())
    if not may_manage(campaign, actor=actor):
        for one in campaign.connections.all():
            actor.require(MANAGE, connection=str(one.ref))
        actor.require(MANAGE)
    return campaign


def campaign_named(name: str, *, actor: Actor) -> Campaign:
    """By ref, or by its title where one campaign has it; the newest that is not over first."""
    mine = campaigns(actor=actor)
    if found := mine.filter(ref=as_ref(name)).first():
        return found
    same = [one for one in mine if one.title.casefold() == name.strip().casefold()]
    running = [one for one in same if one.state not in Campaign.OVER]
    return _there(next(iter([*running, *same]), None))


def open_campaigns(*, actor: Actor) -> QuerySet[Campaign]:
    """Those in which decisions are waited for."""
    return campaigns(actor=actor).filter(state=State.OPEN).order_by("id")


def campaigns_in_remediation(*, actor: Actor) -> QuerySet[Campaign]:
    """Those of whose remediation something may move."""
    return campaigns(actor=actor).filter(state=State.REMEDIATION).order_by("id")


def campaigns_to_repeat(at: datetime, *, actor: Actor) -> QuerySet[Campaign]:
    """Those whose next round has come and is not drafted yet."""
    actor.require(MANAGE)
    due = Campaign.objects.filter(recurs_at__lte=at, repeated=None)
    return due.order_by("recurs_at", "id")


def last_completed(connection: Connection, *, actor: Actor) -> Campaign | None:
    """The newest completed campaign that covers a connection."""
    done = campaigns(actor=actor).filter(state=State.COMPLETED, connections=connection)
    return done.order_by("-completed_at").first()


def _there(campaign: Campaign | None) -> Campaign:
    if campaign is None:
        raise NotFound("There is no such campaign, or it is not yours to see.")
    return campaign
