"""Items go to somebody else, with their history, and are undecided again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.reviews.models import Reassignment
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.reassign_review_items import reassign_review_items
from tenure.reviews.tests.conftest import item_of, items_of

SID = "sid@halden.example"


@pytest.fixture
def item(opened):
    return item_of(opened(), kind="credential")


def give(item, to, *, actor, reason="She knows it"):
    return reassign_review_items(
        campaign_ref=item.campaign.ref, items=[item.ref], to=to, reason=reason, actor=actor
    )


def test_a_reviewer_gives_what_is_theirs(item, who):
    decide_review_item(ref=item.ref, decision="remove", reason="Old", actor=who("rita"))
    assert give(item, SID, actor=who("rita")) == 1
    item.refresh_from_db()
    assert (str(item.reviewer), item.assigned_by) == ("Sid Brandt", "reassigned")
    assert (item.decision, item.reason, item.version) == ("pending", "", 2)
    moved = Reassignment.objects.filter(item=item).get()
    assert (str(moved.from_person), str(moved.to_person)) == ("Rita Novak", "Sid Brandt")
    assert (moved.by, moved.reason) == ("Rita Novak", "She knows it")


def test_not_what_is_not(item, who):
    with pytest.raises((NotFound, Conflict)):
        give(item, SID, actor=who("hugo"))


def test_not_to_whose_access_it_is(item, who):
    with pytest.raises(NotAllowed, match="Hugo Castell would review their own access"):
        give(item, "hugo@halden.example", actor=who("rita"))


def test_not_to_whoever_is_not_here(item, who, halden):
    sid = halden.people["sid"]
    sid.ends_at = now() - timedelta(days=1)
    sid.save()
    with pytest.raises(Invalid, match="not here any more"):
        give(item, SID, actor=who("rita"))


def test_a_manager_gives_all_of_a_reviewer(opened, who, halden):
    campaign = opened()
    number = items_of(campaign).filter(reviewer=halden.people["rita"]).count()
    done = reassign_review_items(
        campaign_ref=campaign.ref,
        reviewer=halden.people["rita"].ref,
        to="mara@halden.example",
        reason="On leave",
        actor=who("mara"),
    )
    assert done == number
    assert Reassignment.objects.filter(to_person=halden.people["mara"]).count() == number


def test_it_takes_a_reason_and_says_which(item, who):
    with pytest.raises(Invalid, match="Say why they go"):
        give(item, SID, actor=who("rita"), reason=" ")
    with pytest.raises(Invalid, match="Say which items"):
        reassign_review_items(campaign_ref=item.campaign.ref, to=SID, reason="x", actor=who("mara"))
    with pytest.raises(NotFound, match="Nobody in the directory"):
        give(item, "nobody@halden.example", actor=who("rita"))
