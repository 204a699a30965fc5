from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid
from tenure.reviews import queries, rules
from tenure.reviews.models import Decision, ReviewItem
from tenure.users.in_person import check_in_person


@transaction.atomic
def decide_review_item(
    *,
    ref: UUID | str,
    decision: str,
    reason: str = "",
    to_role: str = "",
    version: int | None = None,
    actor: Actor,
) -> ReviewItem:
    """Record the reviewer's decision. Deciding again before it is submitted replaces the first.

    `version` is of the item as it was shown; Conflict when somebody decided it since.
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
    if decision not in (Decision.KEEP, Decision.REMOVE, Decision.CHANGE):
        raise Invalid("Decide keep, remove or change.", field="decision")
    reason = rules.check_reason(decision=decision, is_flagged=item.is_flagged, reason=reason)
    to_role = rules.check_change(decision=decision, to_role=to_role, kind=item.kind, role=item.role)
    before = item.decision
    item.decision_before, item.to_role_before, item.reason_before = (
        before,
        item.to_role,
        item.reason,
    )
    item.decision, item.to_role, item.reason = decision, to_role, reason
    item.decided_at, item.decided_by = now(), actor.named[:100]
    item.decided_by_person = actor.person_id or ""
    item.was_bulk, item.was_carried, item.version = False, False, item.version + 1
    item.save(
        update_fields=[
            *("decision_before", "to_role_before", "reason_before", "decision", "to_role"),
            *("reason", "decided_at", "decided_by", "decided_by_person", "was_bulk"),
            *("was_carried", "version"),
        ]
    )
    audit.record(
        "review_item.decided",
        actor=actor,
        subject=item,
        text={"who": str(item), "reason": reason},
        campaign=str(item.campaign.ref),
        before=before,
        after=decision,
        to_role=to_role,
    )
    return item
