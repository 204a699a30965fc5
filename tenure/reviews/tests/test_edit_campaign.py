"""A draft may be changed, and nothing else."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict
from tenure.reviews.models import Campaign
from tenure.reviews.operations.edit_campaign import edit_campaign


def test_a_draft_is_changed(draft, settings_for, who):
    campaign = draft()
    edit_campaign(
        ref=campaign.ref, settings=settings_for(title="Q1", scope="changed"), actor=who("mara")
    )
    changed = Campaign.objects.get()
    assert (changed.title, changed.scope) == ("Q1", "changed")
    assert changed.connections.count() == 1


def test_what_is_staged_is_not(staged, settings_for, who):
    with pytest.raises(Conflict, match="is staged and cannot be changed"):
        edit_campaign(ref=staged().ref, settings=settings_for(), actor=who("mara"))
