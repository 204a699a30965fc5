"""Opening asks the reviewers, once everything has one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.notifications.models import Notice
from tenure.reviews.operations.open_campaign import open_campaign
from tenure.reviews.tests.conftest import items_of


def test_every_reviewer_is_told_once(opened):
    campaign = opened()
    assert campaign.state == "open"
    reviewers = set(items_of(campaign).values_list("reviewer__email", flat=True))
    assert reviewers == {"rita@halden.example", "sid@halden.example"}
    told = Notice.objects.filter(topic="review_asked")
    assert {one.to for one in told} == reviewers
    assert all(f"/reviews/{campaign.ref}/items" in one.url for one in told)


def test_not_while_nobody_is_asked_about_something(staged, who):
    with pytest.raises(Conflict, match="Nobody is found to review 1 items"):
        open_campaign(ref=staged().ref, actor=who("mara"))


def test_not_with_nothing_to_review(staged, who, halden):
    halden.invitation.status = "accepted"
    halden.invitation.save()
    with pytest.raises(Conflict, match="nothing to review"):
        open_campaign(ref=staged(kinds=["invitation"]).ref, actor=who("mara"))


def test_not_past_its_due_date(staged, who, time_machine):
    campaign = staged(kinds=["credential"])
    time_machine.move_to(now() + timedelta(days=20))
    with pytest.raises(Conflict, match="due date has passed"):
        open_campaign(ref=campaign.ref, actor=who("mara"))


def test_not_a_draft(draft, who):
    with pytest.raises(Conflict, match="is a draft and cannot be opened"):
        open_campaign(ref=draft().ref, actor=who("mara"))
