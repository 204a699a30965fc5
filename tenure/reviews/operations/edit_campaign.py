from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.reviews import queries, rules, settings_of
from tenure.reviews.models import Campaign
from tenure.reviews.settings_of import Settings


@transaction.atomic
def edit_campaign(*, ref: UUID | str, settings: Settings, actor: Actor) -> Campaign:
    """Change the settings of a draft. What was staged is taken back first."""
    campaign = queries.campaign_to_change(ref, actor=actor)
    rules.check_verb("edit", campaign.state, title=campaign.title)
    before = {name: str(getattr(campaign, name)) for name in ("scope", "rule", "due_at")}
    connections = settings_of.apply(campaign, settings, actor=actor)
    campaign.save(update_fields=settings_of.FIELDS)
    campaign.connections.set(connections)
    audit.record(
        "campaign.edited",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title},
        before=before,
        after={name: str(getattr(campaign, name)) for name in before},
        connections=[str(one.ref) for one in connections],
    )
    return campaign
