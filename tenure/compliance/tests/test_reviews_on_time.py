from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.connections.models import Connection
from tenure.reviews.models import Campaign, CampaignSnapshot

SLUG = "reviews-on-time"


def reviewed(connection, at, **said):
    campaign = Campaign.objects.create(
        title="Q4", due_at=at, created_at=at - 30 * DAY, created_by="Ada", **said
    )
    campaign.connections.add(connection)
    campaign.snapshot = CampaignSnapshot.objects.create(
        campaign=campaign, number=1, taken_at=at - 20 * DAY, taken_by="Ada"
    )
    campaign.state, campaign.completed_at = Campaign.State.COMPLETED, at
    campaign.save()
    return campaign


@pytest.fixture
def connected(organization):
    """Connected a hundred days ago."""
    Connection.objects.filter(pk=organization.pk).update(connected_at=NOON - 100 * DAY)
    return organization


def test_a_review_within_its_period_passes(connected):
    reviewed(connected, NOON - 89 * DAY)
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"


def test_one_that_is_too_long_ago_fails_from_then_on(connected):
    last = NOON - 91 * DAY
    reviewed(connected, last)
    (finding,) = ask(SLUG).values()
    assert finding.since == last + timedelta(days=90)
    assert sentence(finding).startswith(f"The access of {connected.name} was last reviewed on ")


def test_without_any_the_days_are_counted_from_the_beginning(connected):
    (finding,) = ask(SLUG).values()
    assert finding.since == NOON - 10 * DAY
    assert "was never reviewed since it was connected" in sentence(finding)
    Connection.objects.filter(pk=connected.pk).update(connected_at=NOON - 80 * DAY)
    assert not ask(SLUG)


def test_a_review_of_some_access_is_none_of_all(connected):
    reviewed(connected, NOON - DAY, scope="privileged")
    assert len(ask(SLUG)) == 1
    reviewed(connected, NOON - DAY)
    assert not ask(SLUG)
