"""Past its due date, those who manage it are told, and nothing is decided by itself."""

from __future__ import annotations

from datetime import timedelta

from tenure.lib.clock import now
from tenure.notifications.models import Told
from tenure.reviews.operations.escalate_campaign import escalate_campaign
from tenure.reviews.tests.conftest import items_of


def test_once_and_nothing_is_kept_or_removed_by_time(opened, who, time_machine):
    campaign = opened()
    assert not escalate_campaign(ref=campaign.ref, actor=who("mara"))
    time_machine.move_to(now() + timedelta(days=15))
    assert escalate_campaign(ref=campaign.ref, actor=who("mara"))
    assert not escalate_campaign(ref=campaign.ref, actor=who("mara"))
    assert Told.objects.filter(topic="review_overdue").count() == 1
    assert set(items_of(campaign).values_list("decision", flat=True)) == {"pending"}
    campaign.refresh_from_db()
    assert (campaign.state, campaign.escalated_at is not None) == ("open", True)
