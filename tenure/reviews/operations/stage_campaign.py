from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.reviews import queries, rules
from tenure.reviews.models import Campaign
from tenure.reviews.publishing import publish_state
from tenure.reviews.queries.readiness import readiness
from tenure.reviews.staging import freeze
from tenure.users.in_person import check_in_person


@transaction.atomic
def stage_campaign(*, ref: UUID | str, override_reason: str = "", actor: Actor) -> Campaign:
    """Freeze what there is to review, and who reviews it. Staging again takes another snapshot.

    Conflict while something in scope was not read lately, unless somebody says why that will do;
    that is recorded, and whoever reads the evidence sees it.
    """
    campaign = queries.campaign_to_change(ref, actor=actor)
    rules.check_verb("stage", campaign.state, title=campaign.title)
    ready = readiness(campaign, actor=actor)
    override = rules.check_override(doubtful=ready.doubtful, reason=override_reason)
    if override:
        check_in_person(actor=actor)
    snapshot = freeze(campaign, ready, override=override, at=now(), actor=actor)
    campaign.snapshot, campaign.state = snapshot, Campaign.State.STAGED
    campaign.save(update_fields=["snapshot", "state"])
    publish_state(campaign)
    audit.record(
        "campaign.staged",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title, **({"reason": override} if override else {})},
        items=snapshot.rows,
        sha256=snapshot.sha256,
        snapshot=str(snapshot.ref),
        overrides=len(ready.doubtful) if override else 0,
    )
    return campaign
