"""Pauses, budgets, leaving and coming back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tenure.connectors.base import (
    Collection,
    CollectionEnd,
    Credentials,
    Page,
    Place,
    ProviderError,
)
from tenure.connectors.openai.client import Client
from tenure.connectors.openai.patience import Patience
from tenure.connectors.openai.tests.conftest import answer
from tenure.lib.tests.recording import Answer

USERS = Collection(kind="users")


def test_a_pause_the_provider_asks_for_is_handed_to_the_caller(simulator, connect, read):
    simulator.faults(rate_limited="retry_after@users#2")
    users = read(connect(simulator))
    assert (users.end.state, len(users.ids), len(users.waits)) == ("complete", 250, 1)
    (wait,) = users.waits
    assert wait.seconds == 1
    assert (wait.because, wait.family) == ("provider", "")
    assert wait.place == Place(cursor=users.pages[0].place.cursor, attempt=1)
    assert "too many requests" in wait.reason


def test_a_provider_that_wants_less_is_told_of_however_short_the_pause(raw, connect, read):
    answers = [Answer(429, b"{}", {"retry-after": "0"}), answer("user-1", has_more=False)]
    raw.answer = lambda _: answers.pop(0)
    users = read(connect(base_url=raw.url))
    assert (users.end.state, users.ids) == ("complete", ["user-1"])
    assert [wait.because for wait in users.waits] == ["provider"]


def test_a_short_pause_for_a_fault_is_no_event_and_a_long_one_is(raw, connect, read):
    raw.answer = lambda _: Answer(503, b"{}")
    assert read(connect(base_url=raw.url)).waits == []
    patience = Patience(attempts=3, first=2.0)
    waits = read(connect(base_url=raw.url, patience=patience)).waits
    assert [(wait.because, wait.place.attempt) for wait in waits] == [("fault", 1), ("fault", 2)]
    assert all("fault of its own" in wait.reason for wait in waits)


def test_without_retry_after_the_waits_grow_to_a_minute(raw, connect, read):
    raw.answer = lambda _: Answer(429, b"{}")
    users = read(connect(base_url=raw.url, patience=Patience()))
    seconds = [wait.seconds for wait in users.waits]
    assert users.end.kind == "rate_limited"
    assert len(raw.sent) == 8
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


def test_after_a_wait_the_caller_may_leave_and_resume_elsewhere(simulator, connect, read):
    simulator.faults(rate_limited="retry_after@users#3")
    events = connect(simulator).read(USERS)
    *first, wait = next(events), next(events), next(events)
    events.close()
    simulator.clear_faults()
    rest = read(connect(simulator), resume=wait.place)
    seen = [fact.external_id for page in first for fact in page.facts] + rest.ids
    assert rest.end.state == "complete"
    assert sorted(seen) == sorted(user["id"] for user in simulator.users())


def test_attempts_before_a_pause_count_after_it(raw, connect, read):
    raw.answer = lambda _: Answer(429, b"{}")
    users = read(connect(base_url=raw.url, patience=Patience()), resume=Place(attempt=6))
    assert (users.end.kind, len(raw.sent), len(users.waits)) == ("rate_limited", 2, 1)


def test_a_circle_is_noticed_across_a_pause(raw, connect, read):
    raw.answer = lambda _: answer("user-9", has_more=True, last_id="a")
    users = read(connect(base_url=raw.url), resume=Place(cursor="c", visited=("a", "b")))
    assert (users.end.state, len(raw.sent)) == ("incomplete", 1)
    assert "page already read" in users.end.reason


class Pacer:
    """Says these seconds in turn, then that there is room; and counts."""

    def __init__(self, *seconds):
        self.seconds, self.families = list(seconds), []

    def acquire(self, family):
        self.families.append(family)
        assert len(self.families) < 20, "asked without end"
        return self.seconds.pop(0) if self.seconds else 0.0


def test_every_request_is_taken_from_the_budget_of_its_family(simulator, connect, read):
    simulator.faults(server_error="on@users#2")
    pacer = Pacer()
    connector = connect(simulator, pacer=pacer)
    projects = read(connector, "projects")
    read(connector, "project_users", projects.ids[0])
    read(connector)
    assert pacer.families == ["", "project_users", "", "", "", ""]
    assert len(simulator.requests()) == 6


def test_our_own_budget_is_asked_again_after_every_wait_for_it(simulator, connect, read):
    pacer = Pacer(7.0, 0.001)
    users = read(connect(simulator, pacer=pacer))
    assert (users.end.state, len(users.ids)) == ("complete", 250)
    assert [wait.seconds for wait in users.waits] == [7.0, 0.001]
    assert {(wait.because, wait.place.attempt) for wait in users.waits} == {("budget", 0)}
    assert "request budget" in users.waits[0].reason
    assert len(pacer.families) == 5
    assert len(simulator.requests()) == 3


def test_nothing_is_asked_for_before_its_event_is(simulator, connect):
    events = connect(simulator).read(USERS)
    assert simulator.requests() == []
    next(events)
    events.close()
    assert len(simulator.requests()) == 1


def test_several_lists_may_be_read_at_once_by_one_connector(simulator, connect, read):
    connector = connect(simulator)
    lists = [("users",), ("invites",), ("projects",)]
    lists += [("project_users", project) for project in read(connector, "projects").ids]
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda one: read(connector, *one), lists * 3))
    assert {one.end.state for one in done} == {"complete"}
    assert [len(one.ids) for one in done[:3]] == [250, 3, 3]


def test_eight_requests_may_be_under_way_at_once(raw, connect):
    together = threading.Barrier(8)

    def respond(_):
        together.wait(10)
        return answer("user-1", has_more=False)

    raw.answer = respond
    connector = connect(base_url=raw.url)
    with ThreadPoolExecutor(8) as threads:
        ends = list(threads.map(lambda _: list(connector.read(USERS))[-1], range(8)))
    assert [end.state for end in ends] == ["complete"] * 8


def test_closing_ends_what_sleeps_in_another_thread(raw, connect):
    failing = threading.Event()

    def fail(_):
        failing.set()
        return Answer(503, b"{}")

    raw.answer = fail
    patience = Patience(first=60, longest=60, sleep=60, attempts=9)
    connector = connect(base_url=raw.url, patience=patience)
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(lambda: list(connector.read(USERS)))
        assert failing.wait(10)
        connector.close()
        (end,) = reading.result(10)
    assert isinstance(end, CollectionEnd)
    assert (end.state, "stopped" in end.reason) == ("incomplete", True)


def test_closing_while_an_answer_is_under_way_ends_the_list_without_a_crash(raw, connect):
    asked, release = threading.Event(), threading.Event()

    def respond(_):
        asked.set()
        assert release.wait(10)
        return answer("user-1", has_more=True, last_id="user-1")

    raw.answer = respond
    connector = connect(base_url=raw.url)
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(lambda: list(connector.read(USERS)))
        assert asked.wait(10)
        connector.close()
        release.set()
        *_, end = reading.result(10)
    assert (end.state, end.kind, len(raw.sent)) == ("incomplete", None, 1)


def test_a_closed_client_asks_for_nothing_and_says_so(raw):
    client = Client(Credentials(organization_id="org-1", api_key="sk-x", base_url=raw.url))
    client.close()
    with pytest.raises(ProviderError, match="was closed"):
        client.get(lambda api: api.users.with_raw_response.list)
    assert raw.sent == []


def test_a_closed_connector_asks_for_nothing_more(simulator, connect):
    connector = connect(simulator)
    events = connector.read(USERS)
    assert isinstance(next(events), Page)
    connector.close()
    (end,) = events
    assert (end.state, len(simulator.requests())) == ("incomplete", 1)
