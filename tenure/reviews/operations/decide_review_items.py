from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid
from tenure.reviews import queries, rules
from tenure.reviews.models import Decision
from tenure.users.in_person import check_in_person


@transaction.atomic
def decide_review_items(
    *,
    campaign_ref: UUID | str,
    decision: str,
    count: int,
    show: str = "all",
    q: str = "",
    reason: str = "",
    actor: Actor,
) -> int:
    """Keep or remove all that is the actor's and undecided of a visible filter; how many.

    What is flagged is never among them, whoever asks and however. Conflict unless exactly `count`
    match, which is what somebody confirmed. One event, with the fingerprint of the items' refs.
    """
    check_in_person(actor=actor)
    actor.require("reviews.decide")
    campaign = queries.campaign_by_ref(campaign_ref, actor=actor)
    rules.check_verb("decide", campaign.state, title=campaign.title)
    if decision not in (Decision.KEEP, Decision.REMOVE):
        raise Invalid("Decide keep or remove; roles are changed one by one.", field="decision")
    reason = rules.check_reason(decision=decision, is_flagged=False, reason=reason)
    chosen = queries.items_to_decide(campaign, show=show, q=q, actor=actor)
    refs = [
        str(ref) for ref in chosen.order_by("pk").select_for_update().values_list("ref", flat=True)
    ]
    rules.check_frozen_count(confirmed=count, found=len(refs))
    changed = chosen.order_by().update(
        decision=decision,
        reason=reason,
        decision_before=Decision.PENDING,
        to_role_before="",
        reason_before="",
        decided_at=now(),
        decided_by=actor.named[:100],
        decided_by_person=actor.person_id or "",
        was_bulk=True,
        version=F("version") + 1,
    )
    rules.check_frozen_count(confirmed=count, found=changed)
    audit.record(
        "review_items.decided",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title, "reason": reason, "filter": q},
        decision=decision,
        count=changed,
        show=show,
        sha256=hashlib.sha256("\n".join(refs).encode()).hexdigest(),
    )
    return changed
