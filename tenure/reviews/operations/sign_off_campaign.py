from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.reviews import queries, rules
from tenure.reviews.models import CampaignSignOff, ReviewSubmission
from tenure.reviews.telling import unanswered
from tenure.users.in_person import check_in_person


@transaction.atomic
def sign_off_campaign(*, ref: UUID | str, note: str = "", actor: Actor) -> CampaignSignOff:
    """A second person stands by what the reviewers decided, before anything of it is done."""
    check_in_person(actor=actor)
    campaign = queries.campaign_to_change(ref, actor=actor)
    rules.check_verb("sign_off", campaign.state, title=campaign.title)
    if not campaign.needs_sign_off:
        raise Conflict(f"{campaign.title} needs no second sign-off; close it.")
    submitters = ReviewSubmission.objects.filter(campaign=campaign)
    rules.check_sign_off(
        by_person=actor.person_id or "",
        submitters=set(submitters.values_list("by_person", flat=True)),
        waiting=unanswered(campaign),
    )
    if CampaignSignOff.objects.filter(campaign=campaign).exists():
        raise Conflict(f"{campaign.title} is signed off already; close it.")
    said = " ".join(note.split())[: rules.LONGEST]
    signed = CampaignSignOff.objects.create(
        campaign=campaign,
        at=now(),
        by=actor.named[:100],
        by_person=actor.person_id or "",
        note=said,
    )
    audit.record(
        "campaign.signed_off",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title, "note": said},
    )
    return signed
