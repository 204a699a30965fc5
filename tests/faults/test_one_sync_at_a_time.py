"""Two workers, one connection: who is cancelled has stopped asking before the next one asks."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tenure.simulator.openai.running import running_simulator
from tenure.testing.lengths import length
from tests.faults.processes import wait_until

pytestmark = pytest.mark.faults
ROUNDS = length(3, full=12)
LATENCY_MS = 150
USERS, PROJECTS = 2000, 30


@pytest.fixture
def openai():
    with running_simulator(
        users=USERS, projects=PROJECTS, members=5, latency_ms=LATENCY_MS
    ) as simulator:
        yield simulator


def test_requests_of_two_syncs_never_interleave(openai, ask, sync_worker):
    """Who reads is held up while it is cancelled and the next sync is asked for."""
    workers = [sync_worker(lease="20") for _ in range(2)]
    wait_until(lambda: ask("runs")["open"] == 0 and ask("runs")["over"], what="the first sync")
    for number in range(1, ROUNDS + 1):
        openai.forget_requests()
        assert ask("sync")["open"] == 1
        wait_for(openai, requests=3 * number)
        reader = hold_up(ask)
        asked = len(of_syncs(openai))
        assert ask("cancel")["open"] == 0
        assert ask("sync")["open"] == 1
        time.sleep(1.5)
        assert len(of_syncs(openai)) == asked, "the next sync did not wait"
        os.kill(reader, signal.SIGCONT)
        wait_until(lambda: ask("runs")["open"] == 0, what="the end of the second sync")
        check_order(of_syncs(openai))
    for process in workers:
        process.terminate()
        assert process.wait(15) == 0
    assert ask("runs")["over"].keys() == {"complete", "cancelled"}
    ask("judge")


def hold_up(ask):
    """Stop who reads, between two transactions; the process."""
    reader = ask("runs")["at_work"]
    os.kill(reader, signal.SIGSTOP)
    while not ask("free"):
        os.kill(reader, signal.SIGCONT)
        time.sleep(0.01)
        os.kill(reader, signal.SIGSTOP)
    return reader


def of_syncs(openai):
    """What was asked for, without the log: whoever follows it asks beside a sync."""
    asked = [(request["path"], request["query"]) for request in openai.requests()]
    return [(path, query) for path, query in asked if not path.endswith("/audit_logs")]


def wait_for(openai, *, requests):
    wait_until(lambda: len(of_syncs(openai)) >= requests, what=f"{requests} requests")


def check_order(requests):
    """The second sync begins with the first page of users, and asks for everything once."""
    first_page = ("/v1/organization/users", "limit=100")
    _, begun = [at for at, one in enumerate(requests) if one == first_page]
    second = requests[begun:]
    assert len(second) == len(set(second)), "two syncs asked at the same time"
