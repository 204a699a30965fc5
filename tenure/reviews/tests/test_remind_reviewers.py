"""Whoever has something left is told; whoever is done is left in peace."""

from __future__ import annotations

from tenure.notifications.models import Told
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.remind_reviewers import remind_reviewers
from tenure.reviews.operations.submit_review import submit_review
from tenure.reviews.tests.conftest import items_of


def test_only_those_with_work_left_and_at_most_once_an_hour(opened, who, time_machine):
    time_machine.move_to("2026-11-27T10:00:00Z")
    campaign = opened()
    for item in items_of(campaign).filter(reviewer__email="rita@halden.example"):
        decide_review_item(ref=item.ref, decision="keep", reason="Needed", actor=who("rita"))
    submit_review(campaign_ref=campaign.ref, attests=True, actor=who("rita"))
    assert remind_reviewers(ref=campaign.ref, actor=who("mara")) == 1
    assert remind_reviewers(ref=campaign.ref, actor=who("mara")) == 0
    assert Told.objects.filter(topic="review_due").count() == 1
