"""Cancelled for a reason, and for good."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, Invalid
from tenure.reviews.operations.cancel_campaign import cancel_campaign
from tenure.reviews.tests.conftest import items_of


def test_it_ends_without_consequence(opened, who):
    campaign = cancel_campaign(ref=opened().ref, reason="Wrong scope", actor=who("mara"))
    assert (campaign.state, campaign.reason) == ("cancelled", "Wrong scope")
    assert items_of(campaign).count() == 12
    with pytest.raises(Conflict, match="is cancelled and cannot be cancelled"):
        cancel_campaign(ref=campaign.ref, reason="Again", actor=who("mara"))


def test_it_takes_a_reason(draft, who):
    with pytest.raises(Invalid, match="Say why it is cancelled"):
        cancel_campaign(ref=draft().ref, reason=" ", actor=who("mara"))
