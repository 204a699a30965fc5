"""Submitting seals what a reviewer decided, with their word for it."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, Invalid, NotFound
from tenure.reviews import rules
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.submit_review import submit_review
from tenure.reviews.tests.conftest import items_of
from tenure.reviews.tests.test_decide_review_item import delegate
from tenure.testing.cast import actor_of


@pytest.fixture
def decided(opened, who):
    """Rita is done: she keeps everything but a key."""
    campaign = opened()
    for item in items_of(campaign).filter(reviewer__email="rita@halden.example"):
        is_key = item.kind == "credential"
        decide_review_item(
            ref=item.ref,
            decision="remove" if is_key else "keep",
            reason="Old" if is_key else "Needed",
            actor=who("rita"),
        )
    return campaign


def test_it_says_what_was_attested_and_counts(decided, who):
    submission = submit_review(campaign_ref=decided.ref, attests=True, actor=who("rita"))
    mine = items_of(decided).filter(reviewer__email="rita@halden.example")
    assert submission.attestation == rules.ATTESTATION
    assert submission.counts == {"keep": mine.count() - 1, "remove": 1, "change": 0}
    assert (submission.by, submission.by_person) == ("Rita Novak", who("rita").person_id)
    assert len(submission.sha256) == 64
    assert set(mine.values_list("submission", flat=True)) == {submission.pk}
    assert not items_of(decided).exclude(pk__in=mine.values("pk")).exclude(submission=None).exists()


def test_not_without_the_word(decided, who):
    with pytest.raises(Invalid, match="Confirm it first: Each access I kept"):
        submit_review(campaign_ref=decided.ref, attests=False, actor=who("rita"))


def test_not_while_something_is_undecided(decided, who):
    with pytest.raises(Conflict, match="items are undecided"):
        submit_review(campaign_ref=decided.ref, attests=True, actor=who("sid"))


def test_once(decided, who):
    submit_review(campaign_ref=decided.ref, attests=True, actor=who("rita"))
    with pytest.raises(Conflict, match="nothing left to submit"):
        submit_review(campaign_ref=decided.ref, attests=True, actor=who("rita"))


def test_who_stands_in_submits_in_the_others_name(decided, halden):
    delegate(halden.people["rita"], halden.people["priya"])
    actor = actor_of("oscar", person_id=str(halden.people["priya"].ref))
    submission = submit_review(
        campaign_ref=decided.ref,
        reviewer=halden.people["rita"].ref,
        attests=True,
        actor=actor,
    )
    assert str(submission.reviewer) == "Rita Novak"
    assert submission.by_person == str(halden.people["priya"].ref)


def test_nobody_submits_for_just_anybody(decided, halden, who):
    with pytest.raises(NotFound):
        submit_review(
            campaign_ref=decided.ref,
            reviewer=halden.people["rita"].ref,
            attests=True,
            actor=who("sid"),
        )
