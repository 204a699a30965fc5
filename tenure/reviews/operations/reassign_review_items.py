from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.lib.ids import as_ref
from tenure.reviews import queries, rules
from tenure.reviews.giving import check_may_review, give
from tenure.users.in_person import check_in_person


@transaction.atomic
def reassign_review_items(
    *,
    campaign_ref: UUID | str,
    to: UUID | str,
    reason: str,
    items: Sequence[UUID | str] = (),
    reviewer: UUID | str | None = None,
    show: str = "",
    actor: Actor,
) -> int:
    """Give items that are not submitted to another reviewer: these, or all of a reviewer or chip.

    Whoever manages the campaign may give any; a reviewer their own. What was decided of them is
    undecided again, for nobody submits another's decisions. How many were given.
    """
    check_in_person(actor=actor)
    campaign = queries.campaign_by_ref(campaign_ref, actor=actor)
    rules.check_verb("reassign", campaign.state, title=campaign.title)
    said = " ".join(reason.split())[: rules.LONGEST]
    if not said:
        raise Invalid("Say why they go to somebody else.", field="reason")
    if not (items or reviewer or show):
        raise Invalid("Say which items: name some, or whose they are.", field="items")
    is_manager = queries.may_manage(campaign, actor=actor)
    mine = queries.items if is_manager else queries.own_items
    chosen = mine(campaign, actor=actor).filter(submission=None)
    chosen = queries.narrowed(show=show or "all", reviewer=reviewer, of=chosen)
    if items:
        wanted = {as_ref(one) for one in items}
        chosen = chosen.filter(ref__in=wanted)
        if chosen.count() != len(wanted):
            raise Conflict("Some of these items are submitted, or not yours to give; reload.")
    if not is_manager and not chosen.exists():
        raise NotAllowed("There is nothing of yours to give to somebody else.")
    person = check_may_review(to, chosen, actor=actor)
    number = give(chosen, to=person, reason=said, actor=actor)
    audit.record(
        "review_items.reassigned",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title, "to": str(person), "reason": said},
        count=number,
        to=str(person.ref),
    )
    return number
