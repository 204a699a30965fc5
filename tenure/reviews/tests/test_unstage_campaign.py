"""Back to a draft; what was frozen is kept."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict
from tenure.reviews.models import CampaignSnapshot
from tenure.reviews.operations.unstage_campaign import unstage_campaign


def test_it_is_a_draft_again_and_the_snapshot_is_kept(staged, who):
    campaign = unstage_campaign(ref=staged().ref, actor=who("mara"))
    assert (campaign.state, campaign.snapshot) == ("draft", None)
    assert CampaignSnapshot.objects.get().items.count() == 12


def test_not_once_it_is_open(opened, who):
    with pytest.raises(Conflict, match="is open and cannot be taken back to a draft"):
        unstage_campaign(ref=opened().ref, actor=who("mara"))
