"""A second person, once all is submitted."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, NotAllowed
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.sign_off_campaign import sign_off_campaign
from tenure.reviews.operations.submit_review import submit_review
from tenure.testing.cast import actor_of


def test_closing_waits_for_it(opened, decide_all, who):
    campaign = opened(needs_sign_off=True)
    with pytest.raises(Conflict, match="not submitted yet"):
        sign_off_campaign(ref=campaign.ref, actor=who("ada"))
    decide_all(campaign)
    with pytest.raises(Conflict, match="needs a second person"):
        close_campaign(ref=campaign.ref, actor=who("mara"))
    signed = sign_off_campaign(ref=campaign.ref, note="Looked at a sample", actor=who("ada"))
    assert (signed.by, signed.note) == ("Ada Lindqvist", "Looked at a sample")
    with pytest.raises(Conflict, match="signed off already"):
        sign_off_campaign(ref=campaign.ref, actor=who("ada"))
    assert close_campaign(ref=campaign.ref, actor=who("mara")).state == "completed"


def test_not_by_who_decided_nor_by_nobody_known(opened, decide_all, who, halden):
    campaign = decide_all(opened(needs_sign_off=True))
    with pytest.raises(NotAllowed, match="decided some of it yourself"):
        sign_off_campaign(
            ref=campaign.ref, actor=actor_of("ada", person_id=str(halden.people["rita"].ref))
        )
    with pytest.raises(NotAllowed, match="Link your user to a person"):
        sign_off_campaign(ref=campaign.ref, actor=actor_of("ada"))


def test_not_where_it_is_not_asked_for(opened, decide_all, who):
    with pytest.raises(Conflict, match="needs no second sign-off"):
        sign_off_campaign(ref=decide_all(opened()).ref, actor=who("ada"))


def test_submitting_is_over_then(opened, decide_all, who):
    campaign = decide_all(opened(needs_sign_off=True))
    with pytest.raises(Conflict, match="nothing left"):
        submit_review(campaign_ref=campaign.ref, attests=True, actor=who("rita"))
