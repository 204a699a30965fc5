"""The pages of campaigns, as their templates show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.http import urlencode

from tenure.inventory.access_wording import Said
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import bounded_counts, in_words
from tenure.lib.paging import Sort, page
from tenure.lib.text import quantity
from tenure.reviews import queries, wording
from tenure.reviews.flag_rules import FLAGS
from tenure.reviews.models import Campaign, CampaignSignOff, Remediation
from tenure.reviews.queries import workspace
from tenure.reviews.queries.readiness import readiness
from tenure.reviews.queries.results import burn_down, changed_since, removals, reviewers

State = Campaign.State
SHOWN: Mapping[str, str] = {
    "all": "All",
    "yours": "Waiting for you",
    "running": "Running",
    "ahead": "Not open yet",
    "over": "Over",
}
# What is overdue comes first, then what runs, then what is ahead, then what is over.
_URGENT = Sort("urgent", ("urgency", "-id"))
_MOST_UNLINKED, _MOST_CHANGED, _MOST_WORK = 8, 6, 50


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign in the list; `is_yours` when something in it waits for the reader."""

    campaign: Campaign
    state: Said
    url: str
    is_yours: bool

    @property
    def connections(self) -> str:
        return ", ".join(one.name for one in self.campaign.connections.all())


def list_page(show: str, cursor: str, *, actor: Actor) -> dict[str, Any]:
    """Context of /reviews. Three queries."""
    mine = queries.campaigns(actor=actor)
    waiting = workspace.campaigns_waiting(actor=actor)
    sets: dict[str, QuerySet[Campaign]] = {
        "all": mine,
        "yours": mine.filter(pk__in=waiting.order_by().values("pk")),
        **{name: mine.filter(state__in=states) for name, states in _STATES.items()},
    }
    show = show if show in sets else "all"
    counts = bounded_counts(**sets)
    is_yours = Case(
        When(pk__in=waiting.order_by().values("pk"), then=Value(value=True)),
        default=Value(value=False),
    )
    rows = queries.with_progress(of=sets[show]).annotate(urgency=_urgency(), is_yours=is_yours)
    some = page(rows, sort=_URGENT, cursor=cursor, filters={"show": show})
    return {
        "show": show,
        "lines": [_line(one, is_yours=one.is_yours) for one in some.rows],  # type: ignore[attr-defined] # an annotation
        "chips": [
            {
                "label": label,
                "url": _address(show="" if name == "all" else name),
                "count": in_words(counts[name]),
                "current": name == show,
            }
            for name, label in SHOWN.items()
            if counts[name] or name in ("all", show)
        ],
        "is_empty": not counts["all"],
        "may_manage": actor.may_somewhere("reviews.manage"),
        "summary": f"{len(some.rows)} of {in_words(counts[show])}",
        "next_url": _address(show=show, cursor=some.next) if some.next else "",
        "previous_url": _address(show=show, cursor=some.previous) if some.previous else "",
    }


_STATES: Mapping[str, Sequence[str]] = {
    "running": (State.OPEN, State.REMEDIATION),
    "ahead": Campaign.AHEAD,
    "over": Campaign.OVER,
}


def _urgency() -> Case:
    """0 overdue, 1 open, 2 in remediation, 3 ahead, 4 over."""
    return Case(
        When(state=State.OPEN, due_at__lt=now(), then=Value(0)),
        When(state=State.OPEN, then=Value(1)),
        When(state=State.REMEDIATION, then=Value(2)),
        When(state__in=Campaign.AHEAD, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )


def _line(campaign: Campaign, *, is_yours: bool) -> Line:
    name = "reviews:items" if is_yours else "reviews:campaign"
    return Line(
        campaign=campaign,
        state=wording.headline(campaign, at=now()),
        url=reverse(name, args=[campaign.ref]),
        is_yours=is_yours,
    )


def campaign_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """Context of one campaign, by its state. At most six queries."""
    campaign = queries.campaign_by_ref(ref, actor=actor)
    may_manage = queries.may_manage(campaign, actor=actor)
    shown = {
        "campaign": campaign,
        "state": wording.headline(campaign, at=now()),
        "snapshot": campaign.snapshot,
        "kinds": [wording.KINDS[kind] for kind in campaign.kinds] or ["Everything"],
        "may_manage": may_manage,
        "sees_all": queries.sees_all_of(campaign, actor=actor),
        "is_open": campaign.state == State.OPEN,
        "may_cancel": may_manage and campaign.state in (*Campaign.AHEAD, State.OPEN),
        "taken": _taken(campaign),
    }
    if campaign.state == State.DRAFT:
        return shown | _draft(campaign, actor=actor)
    if campaign.state == State.STAGED:
        return shown | _staged(campaign, actor=actor)
    return shown | _run(campaign, actor=actor)


def _draft(campaign: Campaign, *, actor: Actor) -> dict[str, Any]:
    ready = readiness(campaign, actor=actor)
    refs = [("connections", str(one.ref)) for one in campaign.connections.all()]
    kinds = [("kinds", kind) for kind in campaign.kinds]
    return {
        "fresh": ready.lists,
        "doubtful": ready.doubtful,
        "counts_url": f"{reverse('reviews:counts')}?{urlencode([*refs, *kinds])}",
        "may_sync": actor.may_somewhere("accounts.sync"),
    }


def _taken(campaign: Campaign) -> list[tuple[str, int]]:
    """What the snapshot has, by kind."""
    counts = campaign.snapshot.counts.get("kinds", {}) if campaign.snapshot else {}
    return [(word, counts[kind]) for kind, word in wording.KINDS.items() if kind in counts]


def _staged(campaign: Campaign, *, actor: Actor) -> dict[str, Any]:
    assert campaign.snapshot is not None  # noqa: S101 - a constraint says so
    counts = campaign.snapshot.counts
    told = counts.get("flags", {})
    unlinked = queries.items(campaign, actor=actor).filter(is_unlinked=True)
    return {
        "flags": [(wording.FLAGS[name], told[name]) for name in FLAGS if told.get(name)],
        "asked_count": len(counts.get("reviewers", {})),
        "unlinked": [(one, wording.right(one)) for one in unlinked[:_MOST_UNLINKED]],
        "unlinked_count": told.get("unlinked", 0),
        "flagged": told.get("flagged", 0),
        "carried": told.get("carried", 0),
        "gone_since": counts.get("gone_since", 0),
    }


def _run(campaign: Campaign, *, actor: Actor) -> dict[str, Any]:
    """How far it is. Who decides, what goes and how it went come by themselves."""
    is_open = campaign.state == State.OPEN
    unsubmitted = campaign.item_count - campaign.submitted_count  # type: ignore[attr-defined] # annotations
    mine = queries.own_items(campaign, actor=actor).filter(submission=None)
    return {
        "decided_note": f"of {campaign.item_count:,}",  # type: ignore[attr-defined] # an annotation
        "unsubmitted": unsubmitted,
        "may_close": is_open and not unsubmitted,
        "is_yours": is_open and mine.exists(),
    }


def people_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """Who decides, how far they are and how they go about it. Five queries."""
    campaign = workspace.campaign_to_review(ref, actor=actor)
    may_manage = queries.may_manage(campaign, actor=actor)
    is_staged = campaign.state == State.STAGED
    nobody = queries.items(campaign, actor=actor).filter(reviewer=None)
    return {
        "campaign": campaign,
        "is_staged": is_staged,
        "nobody": nobody.count() if is_staged else 0,
        "may_reassign": may_manage and campaign.state in (State.STAGED, State.OPEN),
        "reviewers": [
            {
                **asdict(one),
                "left": one.items - one.submitted,
                "share": "-" if one.keep_rate is None else f"{one.keep_rate:.0%}",
            }
            for one in reviewers(campaign, actor=actor)
        ],
    }


def work_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """What is taken away, what is left of it first, and how long that took. Five queries."""
    campaign = workspace.campaign_to_review(ref, actor=actor)
    work = list(_work(campaign, actor=actor)[: _MOST_WORK + 1])
    return {
        "campaign": campaign,
        "work": [
            (one, wording.WORK[one.state], wording.right(one.item)) for one in work[:_MOST_WORK]
        ],
        "work_is_cut": len(work) > _MOST_WORK,
        "removals": removals(campaign, actor=actor),
        "may_waive": campaign.state == State.REMEDIATION
        and queries.may_manage(campaign, actor=actor),
    }


def course_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """How it went day by day, what changed meanwhile, and who stands by it. Six queries."""
    campaign = workspace.campaign_to_review(ref, actor=actor)
    days = burn_down(campaign, actor=actor)
    is_live = campaign.state in (State.OPEN, State.REMEDIATION)
    since = changed_since(campaign, actor=actor)[:_MOST_CHANGED] if is_live else ()
    return {
        "campaign": campaign,
        "days": [(f"{one.day:%d %b}", one.undecided, one.unsubmitted) for one in days],
        "series": _SERIES,
        "since": [(one, wording.right(one)) for one in since],
        "gone_since": campaign.snapshot.counts.get("gone_since", 0) if campaign.snapshot else 0,
        "burn_caption": f"{quantity(days[-1].undecided, 'item')} undecided." if days else "",
        "unsubmitted": campaign.item_count - campaign.submitted_count,  # type: ignore[attr-defined] # annotations
        "sign_off": CampaignSignOff.objects.filter(campaign=campaign).first()
        if campaign.needs_sign_off
        else None,
        "may_sign_off": campaign.state == State.OPEN
        and campaign.needs_sign_off
        and queries.may_manage(campaign, actor=actor),
    }


_SERIES = (
    {"label": "Undecided", "colour": "c1", "type": "line"},
    {"label": "Not submitted", "colour": "c3", "type": "line", "dash": "1"},
)


def _work(campaign: Campaign, *, actor: Actor) -> QuerySet[Remediation]:
    """What is left first."""
    of = queries.items(campaign, actor=actor).order_by().values("pk")
    rows = Remediation.objects.filter(campaign=campaign, item__in=of)
    settled = Case(When(state__in=Remediation.SETTLED, then=Value(1)), default=Value(0))
    return rows.select_related("item", "operation").order_by(settled, "item__position")


def tasks_of(actor: Actor) -> dict[str, Any]:
    """What waits for somebody, and what runs, for the page of their tasks. Two queries."""
    mine = workspace.items_waiting(actor=actor).order_by()
    named = mine.values("campaign__ref", "campaign__title", "campaign__due_at")
    tasks = list(named.annotate(n=Count("pk")).order_by("campaign__due_at"))
    running: list[Line] = []
    if actor.may_somewhere("reviews.view"):
        open_ones = queries.campaigns(actor=actor).filter(state__in=_STATES["running"])
        some = queries.with_progress(of=open_ones).annotate(urgency=_urgency())
        running = [_line(one, is_yours=False) for one in some.order_by("urgency", "due_at")[:5]]
    return {"tasks": tasks, "running": running, "at": now()}


def _address(**said: str | None) -> str:
    words = {name: value for name, value in said.items() if value}
    here = reverse("reviews:campaigns")
    return f"{here}?{urlencode(words)}" if words else here
