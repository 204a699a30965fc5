"""What time does by itself: reminders, who left, what is due, what can be closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.lib.clock import now
from tenure.notifications.models import Told
from tenure.reviews.minding import look_after_campaigns
from tenure.reviews.models import Campaign
from tenure.reviews.tests.conftest import items_of


@pytest.fixture
def pass_days(time_machine, who):
    """`pass_days(7)`: a week later, Tenure looks."""

    def run(days):
        time_machine.move_to(now() + timedelta(days=days), tick=True)
        look_after_campaigns(actor=who("mara"))

    return run


def told(topic):
    return Told.objects.filter(topic=topic).values_list("occasion", flat=True)


def test_reviewers_are_reminded_a_week_and_a_day_before_and_then_daily(opened, pass_days):
    opened()
    pass_days(1)
    assert not told("review_due")
    pass_days(7)
    pass_days(0.1)
    assert set(told("review_due")) == {"week"}
    pass_days(5.2)
    assert set(told("review_due")) == {"week", "day"}
    pass_days(1)
    pass_days(1)
    assert len({one for one in told("review_due") if one.startswith("overdue")}) == 2
    assert list(told("review_overdue")) == ["overdue"]
    assert Campaign.objects.get().state == "open"


def test_not_where_nobody_wants_that(opened, pass_days):
    opened(sends_reminders=False)
    pass_days(8)
    assert not told("review_due")


def test_that_all_is_submitted_is_told_once(opened, decide_all, pass_days):
    decide_all(opened())
    pass_days(1)
    pass_days(1)
    assert list(told("review_moved")) == ["decided"]


def test_who_left_is_replaced_and_the_next_round_drafted(opened, pass_days, halden):
    campaign = opened(recurrence="FREQ=WEEKLY;INTERVAL=2")
    rita = halden.people["rita"]
    rita.ends_at = now()
    rita.save()
    pass_days(15)
    left = items_of(campaign).filter(reviewer=rita)
    assert set(left.values_list("holder", flat=True)) <= {halden.people["sid"].pk}
    (copy,) = Campaign.objects.filter(repeats=campaign)
    assert copy.state == "draft"
