"""Webhooks are told of each state of a campaign, once, with no name in it."""

from __future__ import annotations

import json
from datetime import timedelta

from tenure.lib.clock import now
from tenure.reviews.operations.cancel_campaign import cancel_campaign
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.escalate_campaign import escalate_campaign
from tenure.reviews.operations.unstage_campaign import unstage_campaign
from tenure.webhooks.models import WebhookEvent


def told(campaign):
    events = WebhookEvent.objects.filter(subject_kind="review", subject_ref=campaign.ref)
    return list(events.order_by("sequence"))


def test_from_its_draft_to_its_end(opened, decide_all, who):
    campaign = decide_all(opened())
    close_campaign(ref=campaign.ref, actor=who("mara"))
    events = told(campaign)
    types = [one.type.partition(".")[2] for one in events]
    assert types[:3] == ["draft", "staged", "open"]
    assert set(types[3:-2]) == {"submitted"}
    assert types[-2:] == ["remediation", "completed"]
    assert [one.sequence for one in events] == list(range(1, len(events) + 1))
    written = json.dumps([one.data for one in events])
    assert campaign.title not in written
    assert "@" not in written
    assert events[-1].data["snapshot_sha256"] == campaign.snapshot.sha256


def test_taken_back_and_cancelled(staged, who):
    campaign = unstage_campaign(ref=staged().ref, actor=who("mara"))
    cancel_campaign(ref=campaign.ref, reason="Not this quarter", actor=who("mara"))
    assert [one.type for one in told(campaign)][-2:] == ["review.draft", "review.cancelled"]


def test_overdue_is_told_once(opened, who, time_machine):
    campaign = opened()
    time_machine.move_to(campaign.due_at + timedelta(minutes=1))
    assert escalate_campaign(ref=campaign.ref, actor=who("mara"))
    assert not escalate_campaign(ref=campaign.ref, actor=who("mara"))
    overdue = [one for one in told(campaign) if one.type == "review.overdue"]
    assert [one.data["waiting"] for one in overdue] == [12]
    assert overdue[0].at >= now() - timedelta(minutes=1)
