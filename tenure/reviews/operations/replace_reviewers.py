from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access
from tenure.reviews import queries
from tenure.reviews.giving import give
from tenure.reviews.models import Campaign


@transaction.atomic
def replace_reviewers(*, ref: UUID | str, actor: Actor) -> int:
    """Give what reviewers who are not here any more had left to the fallback; how much.

    What would be the fallback's own access, or has no fallback, stays where it is: those who manage
    the campaign are told when it is overdue.
    """
    campaign = queries.campaign_to_change(ref, actor=actor)
    gone = may_not_hold_access(at=now())
    to = campaign.fallback
    if campaign.state != Campaign.State.OPEN or to is None:
        return 0
    if Person.objects.filter(gone, pk=to.pk).exists():
        return 0
    left = queries.items(campaign, actor=actor).filter(submission=None)
    left = left.filter(reviewer__in=Person.objects.filter(gone).values("pk")).exclude(reviewer=to)
    number = give(
        left.filter(Q(holder=None) | ~Q(holder=to)),
        to=to,
        reason="The reviewer is not here any more.",
        assigned_by="fallback",
        actor=actor,
    )
    if number:
        audit.record(
            "review_items.reassigned",
            actor=actor,
            subject=campaign,
            text={
                "title": campaign.title,
                "to": str(to),
                "reason": "The reviewer is not here any more.",
            },
            count=number,
            to=str(to.ref),
        )
    return number
