from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory.matching import BEFORE_START, propose

START = datetime(2026, 3, 2, tzinfo=UTC)


def judged(*, seen=START, begins=START, work=True, anothers=False):
    return propose(
        is_work_email=work,
        account_seen_at=seen,
        person_begins_at=begins,
        address_was_anothers=anothers,
    )


@pytest.mark.parametrize(("work", "method"), [(True, "exact_email"), (False, "other_email")])
def test_an_account_seen_in_time_links_itself_by_the_address_it_matched(work, method):
    proposal = judged(work=work)
    assert (proposal.method, proposal.links_itself) == (method, True)


@pytest.mark.parametrize(("days", "links"), [(30, True), (31, False), (400, False)])
def test_an_account_older_than_thirty_days_before_the_start_is_only_suggested(days, links):
    proposal = judged(seen=START - timedelta(days=days))
    assert proposal.links_itself is links
    assert links or f"{days} days older" in proposal.reason


def test_without_a_start_only_the_address_decides():
    assert judged(begins=None, seen=START - timedelta(days=4000)).links_itself


@given(
    days=st.integers(-4000, 4000),
    has_start=st.booleans(),
    anothers=st.booleans(),
    work=st.booleans(),
)
def test_it_links_by_itself_only_when_nothing_speaks_for_a_reused_address(
    days, has_start, anothers, work
):
    seen, begins = START + timedelta(days=days), START if has_start else None
    proposal = judged(seen=seen, begins=begins, work=work, anothers=anothers)
    too_old = begins is not None and seen < begins - BEFORE_START
    assert proposal.links_itself is not (too_old or anothers)
    assert bool(proposal.reason) is not proposal.links_itself
