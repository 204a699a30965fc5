"""Pauses, budgets, and the page that is fetched ahead."""

from __future__ import annotations

import threading

from tenure.connectors.base import Collection, Page
from tenure.connectors.openai.reading import Patience
from tenure.connectors.openai.tests.conftest import answer
from tenure.lib.tests.recording import Answer

USERS = Collection(kind="users")


def test_a_pause_the_provider_asks_for_is_handed_to_the_reader(simulator, connect, read):
    simulator.faults(rate_limited="retry_after@users#2")
    users = read(connect(simulator, patience=Patience(sleep=0)))
    assert (users.end.state, len(users.ids), len(users.waits)) == ("complete", 250, 1)
    assert users.waits[0].seconds > 0
    assert "too many requests" in users.waits[0].reason


def test_a_short_pause_is_no_event(raw, connect, read):
    answers = [Answer(429, b"{}", {"retry-after": "0"}), answer("user-1", has_more=False)]
    raw.answer = lambda _: answers.pop(0)
    users = read(connect(base_url=raw.url))
    assert (users.end.state, users.waits, users.ids) == ("complete", [], ["user-1"])


def test_without_retry_after_the_waits_grow_to_a_minute(raw, connect, read):
    raw.answer = lambda _: Answer(429, b"{}")
    users = read(connect(base_url=raw.url, patience=Patience(attempts=6)))
    seconds = [wait.seconds for wait in users.waits]
    assert users.end.kind == "rate_limited"
    assert len(raw.sent) == 6
    assert 5 < seconds[0] < 8
    assert 45 <= seconds[-1] <= 60


def test_an_absurd_pause_ends_the_list_at_once(raw, connect, read):
    raw.answer = lambda _: Answer(429, b"{}", {"retry-after": "3600"})
    users = read(connect(base_url=raw.url))
    assert (users.end.state, users.end.kind, users.waits) == ("incomplete", "rate_limited", [])
    assert "60 minutes" in users.end.reason


def test_a_spent_quota_is_not_waited_for(simulator, connect, read):
    simulator.faults(rate_limited="insufficient_quota")
    users = read(connect(simulator))
    assert (users.end.kind, users.waits, len(simulator.requests())) == ("quota_exhausted", [], 1)


def test_after_a_wait_the_reader_may_leave_and_resume(simulator, connect, read):
    simulator.faults(rate_limited="retry_after@users#3")
    connector = connect(simulator, patience=Patience(sleep=0))
    events = connector.read(USERS)
    first = [next(events), next(events)]
    next(events)
    events.close()
    simulator.clear_faults()
    rest = read(connector, resume_after=first[-1].cursor)
    seen = [fact.external_id for page in first for fact in page.facts] + rest.ids
    assert rest.end.state == "complete"
    assert sorted(seen) == sorted(user["id"] for user in simulator.users())


class Pacer:
    """Says the same number of seconds each time, and counts."""

    def __init__(self, seconds):
        self.seconds, self.families = seconds, []

    def acquire(self, family):
        self.families.append(family)
        assert len(self.families) < 10, "asked without end"
        return self.seconds


def test_every_request_is_taken_from_the_budget_once(simulator, connect, read):
    simulator.faults(server_error="on@users#2")
    pacer = Pacer(0.0)
    read(connect(simulator, pacer=pacer))
    assert pacer.families == ["users"] * 4
    assert len(simulator.requests()) == 4


def test_a_long_wait_for_our_own_budget_is_paid_for_once(simulator, connect, read):
    pacer = Pacer(7.0)
    users = read(connect(simulator, pacer=pacer))
    assert (users.end.state, len(users.ids)) == ("complete", 250)
    assert [wait.seconds for wait in users.waits] == [7.0] * 3
    assert len(pacer.families) == 3
    assert "request budget" in users.waits[0].reason


def test_the_next_page_is_asked_for_while_this_one_is_in_use(raw, connect):
    asked = threading.Event()

    def respond(sent):
        if "after=" in sent.path:
            asked.set()
            return answer("user-2", has_more=False)
        return answer("user-1", has_more=True, last_id="user-1")

    raw.answer = respond
    events = connect(base_url=raw.url).read(USERS)
    assert isinstance(next(events), Page)
    assert asked.wait(5)
    assert [event.received for event in events if isinstance(event, Page)] == [1]


def test_leaving_early_asks_for_at_most_one_page_too_many(simulator, connect):
    connector = connect(simulator)
    events = connector.read(USERS)
    next(events)
    events.close()
    connector.close()
    assert len(simulator.requests()) <= 2


def test_two_lists_may_be_read_alternately(simulator, connect):
    connector = connect(simulator)
    users, invites = connector.read(USERS), connector.read(Collection(kind="invites"))
    ends = [list(users)[-1], list(invites)[-1]]
    assert [end.state for end in ends] == ["complete", "complete"]
