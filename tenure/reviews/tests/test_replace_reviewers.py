"""A reviewer who leaves: what they had left goes to the fallback."""

from __future__ import annotations

from datetime import timedelta

from tenure.lib.clock import now
from tenure.reviews.models import Reassignment
from tenure.reviews.operations.replace_reviewers import replace_reviewers
from tenure.reviews.tests.conftest import items_of


def leave(person):
    person.ends_at = now() - timedelta(hours=1)
    person.save()


def test_the_fallback_gets_what_is_not_their_own(opened, who, halden):
    campaign = opened()
    rita, sid = halden.people["rita"], halden.people["sid"]
    had = items_of(campaign).filter(reviewer=rita)
    number, own = had.count(), had.filter(holder=sid).count()
    assert own == 1
    leave(rita)
    assert replace_reviewers(ref=campaign.ref, actor=who("mara")) == number - own
    assert items_of(campaign).filter(reviewer=rita).count() == own
    moved = Reassignment.objects.filter(reason="The reviewer is not here any more.")
    assert moved.count() == number - own
    assert replace_reviewers(ref=campaign.ref, actor=who("mara")) == 0


def test_nothing_moves_without_a_fallback_who_is_here(opened, who, halden):
    campaign = opened()
    leave(halden.people["rita"])
    leave(halden.people["sid"])
    assert replace_reviewers(ref=campaign.ref, actor=who("mara")) == 0
