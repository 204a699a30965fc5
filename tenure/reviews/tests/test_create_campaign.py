"""A campaign begins as a draft with settings that make sense."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Invalid, NotFound
from tenure.reviews.operations.create_campaign import create_campaign


def test_it_is_a_draft_of_which_nobody_is_told(draft, mailoutbox):
    campaign = draft(recurrence="RRULE:freq=monthly;interval=3", kinds=["grant", "credential"])
    assert (campaign.state, campaign.snapshot) == ("draft", None)
    assert campaign.recurrence == "FREQ=MONTHLY;INTERVAL=3"
    assert timedelta(days=80) < campaign.recurs_at - now() < timedelta(days=100)
    assert campaign.kinds == ["credential", "grant"]
    assert AuditEvent.objects.filter(verb="campaign.created").count() == 1
    assert not mailoutbox


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"title": "  "}, "Give the campaign a title"),
        ({"due_at": now() - timedelta(days=1)}, "due on a day to come"),
        ({"connections": []}, "at least one connection"),
        ({"rule": "named"}, "Name the person"),
        ({"rule": "whoever"}, "as rule"),
        ({"scope": "some"}, "as scope"),
        ({"kinds": ["grants"]}, "Choose kinds among"),
        ({"recurrence": "every quarter"}, "is no recurrence"),
        ({"recurrence": "FREQ=DAILY"}, "at most once a week"),
        ({"recurrence": "FREQ=SECONDLY"}, "is no recurrence"),
        ({"recurrence": "FREQ=YEARLY;COUNT=1;UNTIL=20000101T000000Z"}, "is no recurrence"),
        ({"recurrence": "FREQ=YEARLY;UNTIL=20000101T000000Z"}, "never comes again"),
    ],
)
def test_what_makes_no_sense_is_refused(draft, said, what):
    with pytest.raises(Invalid, match=what):
        draft(**said)


def test_nobody_by_that_address(draft):
    with pytest.raises(NotFound, match="Nobody has the e-mail"):
        draft(fallback="nobody@halden.example")


def test_it_takes_the_permission(settings_for, who):
    for name in ("sid", "rita", "hugo"):
        with pytest.raises(NotFound):
            create_campaign(settings=settings_for(), actor=who(name))
