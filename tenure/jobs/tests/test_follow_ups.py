from __future__ import annotations

import pytest
from django.db import transaction

from tenure.jobs import follow_ups
from tenure.jobs.models import Job
from tenure.jobs.tests import work
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    monkeypatch.setattr(follow_ups, "_TASKS", follow_ups.defaultdict(dict))
    for _ in range(2):
        follow_ups.follow_up("thing.changed", work.say)


def test_what_follows_runs_once_with_the_announcers_arguments():
    follow_ups.announce("thing.changed", word="a")
    assert run_jobs() == 1
    assert work.said == ["a"]


def test_nothing_follows_a_transaction_that_rolls_back():
    with transaction.atomic():
        follow_ups.announce("thing.changed", word="a")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_the_same_news_twice_is_followed_once_and_other_news_apart():
    for word in ("a", "a", "b"):
        follow_ups.announce("thing.changed", word=word)
    assert Job.objects.count() == 2


def test_of_those_that_share_an_argument_one_runs_at_a_time(claim):
    follow_ups.follow_up("thing.changed", work.say, one_per="word")
    follow_ups.announce("thing.changed", word="a")
    first, _ = claim()
    follow_ups.announce("thing.changed", word="a")
    follow_ups.announce("thing.changed", word="b")
    second, _ = claim()
    assert (first.arguments["kwargs"], second.arguments["kwargs"]) == ({"word": "a"}, {"word": "b"})
    assert claim() == (None, None)


def test_news_that_interest_nobody_are_no_error():
    follow_ups.announce("thing.ignored", word="a")
    assert not Job.objects.exists()
