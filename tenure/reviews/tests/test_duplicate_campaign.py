"""Another draft with the same settings."""

from __future__ import annotations

from tenure.reviews.operations.duplicate_campaign import duplicate_campaign


def test_the_settings_are_those_of_the_first(opened, who):
    of = opened(scope="all", carries_forward=True, recurrence="FREQ=YEARLY")
    copy = duplicate_campaign(ref=of.ref, actor=who("mara"))
    assert (copy.state, copy.title) == ("draft", "Q4 access review (copy)")
    assert (copy.rule, copy.fallback, copy.carries_forward) == (of.rule, of.fallback, True)
    assert list(copy.connections.all()) == list(of.connections.all())
    assert abs((copy.due_at - copy.created_at) - (of.due_at - of.created_at)).total_seconds() < 5
    assert copy.recurs_at is None
