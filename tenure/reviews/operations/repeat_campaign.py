from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.reviews import queries, recurrence
from tenure.reviews.models import Campaign
from tenure.reviews.operations.duplicate_campaign import duplicate_campaign
from tenure.reviews.telling import tell_managers


@transaction.atomic
def repeat_campaign(*, ref: UUID | str, actor: Actor) -> Campaign | None:
    """Draft the next round of a recurring campaign when its time has come; None before that.

    It recurs in turn. A person looks at it, stages it and opens it.
    """
    of, at = queries.campaign_to_change(ref, actor=actor), now()
    if of.recurs_at is None or of.recurs_at > at or of.repeated.exists():
        return None
    title = f"{of.title.rpartition(' (')[0] or of.title} ({at:%B %Y})"
    copy = duplicate_campaign(ref=of.ref, title=title, actor=actor)
    copy.repeats, copy.recurrence = of, of.recurrence
    copy.recurs_at = recurrence.next_after(of.recurrence, since=of.created_at, after=at)
    copy.save(update_fields=["repeats", "recurrence", "recurs_at"])
    audit.record(
        "campaign.repeated",
        actor=actor,
        subject=copy,
        text={"title": copy.title, "of": of.title},
        of=str(of.ref),
    )
    tell_managers(
        copy,
        topic="review_moved",
        occasion="drafted",
        what="the next round is drafted.",
        actor=actor,
    )
    return copy
