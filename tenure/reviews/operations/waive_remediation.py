from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid
from tenure.reviews import queries, rules, standing
from tenure.reviews.models import Remediation
from tenure.users.in_person import check_in_person


@transaction.atomic
def waive_remediation(*, item_ref: UUID | str, reason: str, actor: Actor) -> Remediation:
    """Leave access as it is although it was decided to go, for a reason that stays on record.

    Its operation is left alone: cancel that one under Operations where it waits.
    """
    check_in_person(actor=actor)
    item = queries.item_by_ref(item_ref, actor=actor)
    campaign = queries.campaign_to_change(item.campaign.ref, actor=actor)
    rules.check_verb("waive", campaign.state, title=campaign.title)
    said = " ".join(reason.split())[: rules.LONGEST]
    if not said:
        raise Invalid("Say why it may stay: the auditor reads it.", field="reason")
    work = Remediation.objects.select_for_update().filter(item=item).first()
    if work is None or work.is_settled:
        raise Conflict("There is nothing to waive: it was kept, or is settled already.")
    before = work.state
    work.state, work.reason = Remediation.State.WAIVED, said
    work.settled_at, work.waived_by = now(), actor.named[:100]
    work.save(update_fields=["state", "reason", "settled_at", "waived_by"])
    audit.record(
        "remediation.waived",
        actor=actor,
        subject=work,
        text={"who": str(item), "reason": said},
        campaign=str(campaign.ref),
        before=before,
    )
    standing.settle(campaign, actor=actor)
    return work
