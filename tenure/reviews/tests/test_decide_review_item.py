"""A reviewer decides what is theirs, on what they saw, and may think again until they submit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.people.models import Delegation
from tenure.reviews.models import ReviewItem
from tenure.reviews.operations.cancel_campaign import cancel_campaign
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.submit_review import submit_review
from tenure.reviews.tests.conftest import item_of, items_of
from tenure.testing.cast import actor_of
from tenure.users.actors import local_operator


@pytest.fixture
def item(opened, halden):
    """Hugo's role in a project: Rita's to decide, and flagged for it is privileged."""
    return item_of(opened(), account=halden.accounts["hugo"], path="direct")


def test_the_decision_is_kept_with_who_and_why(item, who):
    decide_review_item(ref=item.ref, decision="keep", reason="He runs it", actor=who("rita"))
    item.refresh_from_db()
    assert (item.decision, item.reason, item.decided_by) == ("keep", "He runs it", "Rita Novak")
    assert item.version == 1
    event = AuditEvent.objects.get(verb="review_item.decided")
    assert event.detail["before"] == "pending"
    assert event.detail["after"] == "keep"


def test_deciding_again_replaces_it(item, who):
    decide_review_item(ref=item.ref, decision="keep", reason="He runs it", actor=who("rita"))
    decide_review_item(
        ref=item.ref, decision="change", to_role="member", reason="Less will do", actor=who("rita")
    )
    item.refresh_from_db()
    assert (item.decision, item.to_role, item.version) == ("change", "member", 2)


def test_a_stale_page_loses_nothing(item, who):
    decide_review_item(
        ref=item.ref, decision="keep", reason="He runs it", version=0, actor=who("rita")
    )
    with pytest.raises(Conflict, match="decided this item since you opened the page"):
        decide_review_item(
            ref=item.ref, decision="remove", reason="No", version=0, actor=who("rita")
        )
    item.refresh_from_db()
    assert (item.decision, item.reason) == ("keep", "He runs it")


def test_somebody_elses_item_is_not_there(item, who):
    for name in ("sid", "hugo"):
        with pytest.raises(NotFound):
            decide_review_item(ref=item.ref, decision="keep", reason="x", actor=who(name))
    with pytest.raises(NotAllowed, match="somebody else's to decide"):
        decide_review_item(ref=item.ref, decision="keep", reason="x", actor=who("mara"))


def test_nobody_reviews_their_own_access_whoever_gave_it_to_them(item, who, halden):
    ReviewItem.objects.filter(pk=item.pk).update(reviewer=halden.people["hugo"])
    with pytest.raises(NotAllowed, match="your own access"):
        decide_review_item(ref=item.ref, decision="keep", reason="x", actor=who("hugo"))


def test_nor_through_a_second_account(opened, who, halden):
    item = item_of(opened(), account=halden.second)
    ReviewItem.objects.filter(pk=item.pk).update(reviewer=halden.people["hugo"])
    with pytest.raises(NotAllowed, match="your own access"):
        decide_review_item(ref=item.ref, decision="keep", reason="x", actor=who("hugo"))


def delegate(person, to, *, days=1):
    today = now().date()
    return Delegation.objects.create(
        person=person,
        to=to,
        from_day=today - timedelta(days=1),
        until_day=today + timedelta(days=days),
        decided_at=now(),
        decided_by="Ada",
    )


def test_who_stands_in_decides_and_never_about_themselves(item, who, halden):
    delegate(halden.people["rita"], halden.people["priya"])
    delegate(halden.people["sid"], halden.people["hugo"])
    decide_review_item(
        ref=item.ref, decision="keep", reason="Seen", actor=_employee(halden, "priya")
    )
    item.refresh_from_db()
    assert item.decided_by_person == str(halden.people["priya"].ref)
    delegate(halden.people["rita"], halden.people["hugo"])
    with pytest.raises(NotAllowed, match="your own access"):
        decide_review_item(ref=item.ref, decision="keep", reason="Mine", actor=who("hugo"))


def test_nor_when_it_is_over(item, halden):
    delegate(halden.people["rita"], halden.people["priya"], days=-1)
    with pytest.raises(NotFound):
        decide_review_item(
            ref=item.ref, decision="keep", reason="x", actor=_employee(halden, "priya")
        )


def _employee(halden, name):
    return actor_of("oscar", person_id=str(halden.people[name].ref))


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"decision": "keep"}, "although it is flagged"),
        ({"decision": "remove"}, "Say why it goes"),
        ({"decision": "change", "to_role": "member"}, "Say why it goes"),
        ({"decision": "change", "reason": "x"}, "to which other role"),
        ({"decision": "change", "reason": "x", "to_role": "owner"}, "to which other role"),
        ({"decision": "pending", "reason": "x"}, "Decide keep, remove or change"),
        ({"decision": "keep", "reason": "x" * 501}, "at most 500"),
    ],
)
def test_what_makes_no_sense_is_refused(item, who, said, what):
    with pytest.raises(Invalid, match=what):
        decide_review_item(ref=item.ref, actor=who("rita"), **said)
    item.refresh_from_db()
    assert item.decision == "pending"


def test_a_key_has_no_role_to_change(opened, who):
    item = item_of(opened(), kind="credential")
    with pytest.raises(Invalid, match="Only a role can be changed"):
        decide_review_item(
            ref=item.ref, decision="change", to_role="member", reason="x", actor=who("rita")
        )


def test_not_after_it_is_submitted(opened, who):
    campaign = opened()
    for item in items_of(campaign).filter(reviewer__email="rita@halden.example"):
        decide_review_item(ref=item.ref, decision="keep", reason="Needed", actor=who("rita"))
    submit_review(campaign_ref=campaign.ref, attests=True, actor=who("rita"))
    with pytest.raises(Conflict, match="was submitted"):
        decide_review_item(ref=item.ref, decision="remove", reason="x", actor=who("rita"))


def test_not_once_it_is_cancelled(item, who):
    cancel_campaign(ref=item.campaign.ref, reason="Wrong", actor=who("mara"))
    with pytest.raises(Conflict, match="is cancelled"):
        decide_review_item(ref=item.ref, decision="keep", reason="x", actor=who("rita"))


def test_the_local_operator_is_nobody(item):
    with pytest.raises(NotAllowed, match="person's decision"):
        decide_review_item(ref=item.ref, decision="keep", reason="x", actor=local_operator())
