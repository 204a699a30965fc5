"""How a campaign went.

burn_down(campaign, actor=…)        per day, how many items were decided and submitted by then
reviewers(campaign, actor=…)        per reviewer: items, decided, submitted, seconds an item, keep
                                    rate, flagged kept, changes
removals(campaign, actor=…)         how many were removed, how long that took, what came back
gone_since(campaign, actor=…)       what the last review had and this one has not
changed_since(campaign, actor=…)    items whose account or role is another now
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from tenure.lib.actor import Actor
from tenure.reviews.models import Campaign, Decision, Remediation, ReviewItem
from tenure.reviews.queries.campaigns import sees_all_of
from tenure.reviews.queries.items import items


class Day(NamedTuple):
    """The end of a day in UTC: how many items were left undecided, and how many not submitted."""

    day: date
    undecided: int
    unsubmitted: int


@dataclass(frozen=True, slots=True)
class ReviewerResult:
    """How one reviewer goes about it. `seconds` is what an item took them, once submitted."""

    ref: str
    name: str
    email: str
    items: int
    decided: int
    submitted: int
    kept: int
    removed: int
    changed: int
    flagged: int
    flagged_kept: int
    together: int
    seconds: float | None

    @property
    def keep_rate(self) -> float | None:
        """The share of decisions that kept; None before the first."""
        return self.kept / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Removals:
    """Remediation added up. `hours` is the median from closing to a read that shows it gone."""

    states: dict[str, int]
    hours: float | None
    came_back: int

    @property
    def total(self) -> int:
        return sum(self.states.values())


def burn_down(campaign: Campaign, *, actor: Actor) -> list[Day]:
    """From the day it was opened to the last on which something happened. Two queries."""
    if not sees_all_of(campaign, actor=actor) or campaign.opened_at is None:
        return []
    rows = items(campaign, actor=actor).order_by()
    total = rows.count()
    told = rows.values_list(TruncDate("decided_at"), TruncDate("submission__at"))
    decided, submitted = Counter[date](), Counter[date]()
    for on, at, number in told.annotate(n=Count("pk")):
        if on is not None:
            decided[on] += number
        if at is not None:
            submitted[at] += number
    first = campaign.opened_at.date()
    days = sorted({first, *decided, *submitted})
    left, unsubmitted, found = total, total, []
    for day in days:
        left, unsubmitted = left - decided[day], unsubmitted - submitted[day]
        if day >= first:
            found.append(Day(day, left, unsubmitted))
    return found


def reviewers(campaign: Campaign, *, actor: Actor) -> list[ReviewerResult]:
    """Everybody who reviews, those with most left first; of a reviewer themselves alone."""
    rows = items(campaign, actor=actor).exclude(reviewer=None).order_by()
    kept, flagged = Q(decision=Decision.KEEP), Q(is_flagged=True)
    counted = rows.values("reviewer__ref", "reviewer__name", "reviewer__email").annotate(
        items=Count("pk"),
        decided=Count("pk", filter=~Q(decision=Decision.PENDING)),
        submitted=Count("submission"),
        kept=Count("pk", filter=kept),
        removed=Count("pk", filter=Q(decision=Decision.REMOVE)),
        changed=Count("pk", filter=Q(decision=Decision.CHANGE)),
        flagged=Count("pk", filter=flagged),
        flagged_kept=Count("pk", filter=kept & flagged),
        together=Count("pk", filter=Q(was_bulk=True)),
    )
    spent, found, told = _seconds(campaign), list[ReviewerResult](), list[Any](counted)
    for row in told:
        ref = str(row.pop("reviewer__ref"))
        name, email = row.pop("reviewer__name"), row.pop("reviewer__email")
        found.append(
            ReviewerResult(ref=ref, name=name or email, email=email, seconds=spent.get(ref), **row)
        )
    return sorted(found, key=lambda one: (one.submitted - one.items, one.name))


def _seconds(campaign: Campaign) -> dict[str, float]:
    """By reviewer, how long an item took them."""
    total, number = Counter[str](), Counter[str]()
    told = campaign.submissions.values_list("reviewer__ref", "seconds", "counts")
    for ref, seconds, counts in told:
        total[str(ref)] += seconds
        number[str(ref)] += sum(counts.values())
    return {ref: total[ref] / number[ref] for ref in number if number[ref]}


def removals(campaign: Campaign, *, actor: Actor) -> Removals:
    """What became of removals and changes, and what is there again. Two queries."""
    if not sees_all_of(campaign, actor=actor):
        return Removals({}, None, 0)
    work = Remediation.objects.filter(campaign=campaign).order_by()
    states = Counter(work.values_list("state", flat=True))
    verified = work.filter(operation__verified_at__isnull=False)
    times = verified.values_list("planned_at", "operation__verified_at")
    hours = [(gone - planned).total_seconds() / 3600 for planned, gone in times if gone]
    back = Q(operation__reappeared_at__gte=F("operation__verified_at"))
    return Removals(
        states=dict(states),
        hours=median(hours) if hours else None,
        came_back=work.filter(back).count(),
    )


def gone_since(campaign: Campaign, *, actor: Actor) -> QuerySet[ReviewItem]:
    """What the last review of the same connections had, and this one has not, in its order."""
    if not sees_all_of(campaign, actor=actor) or campaign.snapshot_id is None:
        return ReviewItem.objects.none()
    here = ReviewItem.objects.filter(snapshot=campaign.snapshot_id).exclude(before=None)
    last = here.order_by().values("before__snapshot").distinct()
    covered = campaign.connections.values("pk")
    then = ReviewItem.objects.filter(snapshot__in=last, connection__in=covered)
    return then.exclude(pk__in=here.order_by().values("before")).order_by("snapshot", "position")


def changed_since(campaign: Campaign, *, actor: Actor) -> QuerySet[ReviewItem]:
    """Items whose right, account, key or offer is not any more as it was frozen."""
    gone = Q(account__status="gone") & ~Q(account_status="gone")
    role = Q(path="organization", kind="grant") & ~Q(account__role=F("role"))
    ended = Q(kind="grant", grant__ended_at__isnull=False)
    key = Q(kind="credential", credential__ended_at__isnull=False)
    offer = Q(kind="invitation") & ~Q(invitation__status="pending", invitation__ended_at=None)
    return items(campaign, actor=actor).filter(gone | role | ended | key | offer)
