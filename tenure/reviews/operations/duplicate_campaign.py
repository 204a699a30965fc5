from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.reviews import queries
from tenure.reviews.models import Campaign
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.settings_of import Settings


@transaction.atomic
def duplicate_campaign(
    *, ref: UUID | str, title: str = "", due_at: datetime | None = None, actor: Actor
) -> Campaign:
    """Draft another campaign with the settings of this one; due after as long a time as this was.

    It does not recur: the one it is made of still does.
    """
    of = queries.campaign_to_change(ref, actor=actor)
    copy = create_campaign(
        settings=Settings(
            title=title or f"{of.title} (copy)",
            connections=[one.ref for one in of.connections.all()],
            due_at=due_at or now() + (of.due_at - of.created_at),
            scope=of.scope,
            kinds=of.kinds,
            rule=of.rule,
            named=str(of.named.ref) if of.named else "",
            fallback=str(of.fallback.ref) if of.fallback else "",
            sends_reminders=of.sends_reminders,
            needs_sign_off=of.needs_sign_off,
            carries_forward=of.carries_forward,
        ),
        actor=actor,
    )
    audit.record(
        "campaign.duplicated",
        actor=actor,
        subject=copy,
        text={"title": copy.title, "of": of.title},
        of=str(of.ref),
    )
    return copy
