"""The next round is drafted when its time has come, even of a campaign that is sealed."""

from __future__ import annotations

from datetime import timedelta

from tenure.lib.clock import now
from tenure.reviews import queries
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.repeat_campaign import repeat_campaign


def test_it_is_drafted_once_and_recurs_in_turn(opened, decide_all, who, time_machine):
    campaign = decide_all(opened(recurrence="FREQ=MONTHLY;INTERVAL=3"))
    close_campaign(ref=campaign.ref, actor=who("mara"))
    assert repeat_campaign(ref=campaign.ref, actor=who("mara")) is None
    time_machine.move_to(now() + timedelta(days=100))
    assert list(queries.campaigns_to_repeat(now(), actor=who("mara"))) == [campaign]
    copy = repeat_campaign(ref=campaign.ref, actor=who("mara"))
    assert (copy.state, copy.repeats, copy.recurrence) == (
        "draft",
        campaign,
        "FREQ=MONTHLY;INTERVAL=3",
    )
    assert copy.recurs_at > now()
    assert repeat_campaign(ref=campaign.ref, actor=who("mara")) is None
    assert not queries.campaigns_to_repeat(now(), actor=who("mara")).exists()
