from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.reviews import queries, rules
from tenure.reviews.models import Decision, ReviewItem
from tenure.users.in_person import check_in_person


@transaction.atomic
def undo_decision(*, ref: UUID | str, version: int | None = None, actor: Actor) -> ReviewItem:
    """Go back to what was decided before the last decision, or to nothing. Before it is submitted.

    Conflict when there is nothing to go back to.
    """
    check_in_person(actor=actor)
    item = queries.item_to_change(ref, actor=actor)
    rules.check_verb("decide", item.campaign.state, title=item.campaign.title)
    rules.check_deciding(
        is_mine=item.is_mine,  # type: ignore[attr-defined] # an annotation
        is_held_by_decider=item.is_held_by_me,  # type: ignore[attr-defined] # an annotation
        is_submitted=item.submission_id is not None,
        version=item.version,
        seen=version,
    )
    if not item.decision_before:
        raise Conflict("There is nothing to undo for this item.")
    before = item.decision
    item.decision, item.to_role, item.reason = (
        item.decision_before,
        item.to_role_before,
        item.reason_before,
    )
    item.decision_before = item.to_role_before = item.reason_before = ""
    is_open = item.decision == Decision.PENDING
    item.decided_at = None if is_open else now()
    item.decided_by = "" if is_open else actor.named[:100]
    item.decided_by_person = "" if is_open else actor.person_id or ""
    item.was_bulk, item.version = False, item.version + 1
    item.save(
        update_fields=[
            *("decision_before", "to_role_before", "reason_before", "decision", "to_role"),
            *("reason", "decided_at", "decided_by", "decided_by_person", "was_bulk", "version"),
        ]
    )
    audit.record(
        "review_item.undone",
        actor=actor,
        subject=item,
        text={"who": str(item)},
        campaign=str(item.campaign.ref),
        before=before,
        after=item.decision,
    )
    return item
