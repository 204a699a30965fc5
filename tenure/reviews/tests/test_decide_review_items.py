"""Many at once: what is visible, undecided and not flagged, exactly as many as were confirmed."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, Invalid
from tenure.reviews import queries
from tenure.reviews.models import ReviewItem
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.decide_review_items import decide_review_items
from tenure.reviews.tests.conftest import item_of, items_of
from tenure.testing.factories import make_account, make_person


def test_what_has_a_flag_is_never_among_them(opened, who):
    campaign = opened()
    mine = items_of(campaign).filter(reviewer__email="rita@halden.example")
    plain = mine.filter(is_flagged=False).count()
    for show in ("all", "flagged", "privileged"):
        with pytest.raises(Conflict, match="match now and you confirmed"):
            decide_review_items(
                campaign_ref=campaign.ref,
                decision="keep",
                count=mine.count(),
                show=show,
                actor=who("rita"),
            )
    assert not items_of(campaign).exclude(decision="pending").exists()
    done = decide_review_items(
        campaign_ref=campaign.ref, decision="keep", count=plain, actor=who("rita")
    )
    assert done == plain == items_of(campaign).filter(decision="keep").count() > 0
    assert not items_of(campaign).filter(decision="keep", is_flagged=True).exists()
    assert set(items_of(campaign).filter(decision="keep").values_list("was_bulk", flat=True)) == {
        True
    }
    event = AuditEvent.objects.get(verb="review_items.decided")
    assert (event.detail["count"], len(event.detail["sha256"])) == (plain, 64)


def test_what_was_decided_by_hand_stays(opened, who):
    campaign = opened()
    item = item_of(campaign, kind="credential")
    decide_review_item(ref=item.ref, decision="remove", reason="Old", actor=who("rita"))
    count = queries.items_to_decide(campaign, actor=who("rita")).count()
    decide_review_items(campaign_ref=campaign.ref, decision="keep", count=count, actor=who("rita"))
    item.refresh_from_db()
    assert item.decision == "remove"


def test_only_ones_own_and_only_what_the_filter_shows(opened, who):
    campaign = opened()
    done = decide_review_items(
        campaign_ref=campaign.ref,
        decision="remove",
        reason="Clean up",
        count=1,
        show="keys",
        q="hugo-batch",
        actor=who("rita"),
    )
    assert done == 1
    assert [one.kind for one in items_of(campaign).exclude(decision="pending")] == ["credential"]


def test_nor_ones_own_access(opened, who, halden):
    campaign = opened()
    ReviewItem.objects.filter(snapshot=campaign.snapshot).update(reviewer=halden.people["hugo"])
    count = queries.items_to_decide(campaign, actor=who("hugo")).count()
    decide_review_items(campaign_ref=campaign.ref, decision="keep", count=count, actor=who("hugo"))
    assert not items_of(campaign).filter(decision="keep", holder=halden.people["hugo"]).exists()


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"decision": "change"}, "one by one"),
        ({"decision": "pending"}, "keep or remove"),
        ({"decision": "remove"}, "Say why it goes"),
    ],
)
def test_what_makes_no_sense_is_refused(opened, who, said, what):
    with pytest.raises(Invalid, match=what):
        decide_review_items(campaign_ref=opened().ref, count=1, actor=who("rita"), **said)


def test_a_handful_of_statements_whatever_the_number(opened, who, halden):
    for _ in range(40):
        make_account(halden.connection, person=make_person(manager_email_key="rita@halden.example"))
    campaign = opened()
    actor = who("rita")
    count = queries.items_to_decide(campaign, actor=actor).count()
    assert count > 40
    with CaptureQueriesContext(database) as asked:
        decide_review_items(campaign_ref=campaign.ref, decision="keep", count=count, actor=actor)
    about = [one["sql"] for one in asked if "reviews_" in one["sql"]]
    assert len(about) <= 5
    assert len(asked) <= 12
