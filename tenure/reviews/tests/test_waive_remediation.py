"""Left as it is, for a reason; the last one completes the campaign."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, Invalid
from tenure.reviews.models import Campaign
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.waive_remediation import waive_remediation
from tenure.reviews.tests.conftest import item_of


def test_the_last_one_completes_it(opened, decide_all, who):
    campaign = opened()
    key, group = item_of(campaign, kind="credential"), item_of(campaign, path="group")
    close_campaign(ref=decide_all(campaign, remove=[key, group]).ref, actor=who("mara"))
    with pytest.raises(Invalid, match="Say why it may stay"):
        waive_remediation(item_ref=key.ref, reason="", actor=who("mara"))
    work = waive_remediation(item_ref=key.ref, reason="Needed until May", actor=who("mara"))
    assert (work.state, work.waived_by) == ("waived", "Mara Okafor")
    assert Campaign.objects.get().state == "remediation"
    with pytest.raises(Conflict, match="nothing to waive"):
        waive_remediation(item_ref=key.ref, reason="Again", actor=who("mara"))
    waive_remediation(item_ref=group.ref, reason="So be it", actor=who("mara"))
    assert Campaign.objects.get().state == "completed"
