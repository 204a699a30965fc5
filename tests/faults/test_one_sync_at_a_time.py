"""Two workers, one connection: a sync that is cancelled has stopped asking before the next asks."""

from __future__ import annotations

import pytest

from tenure.simulator.openai.running import running_simulator
from tests.faults.processes import FULL, wait_until

pytestmark = pytest.mark.faults
ROUNDS = 20 if FULL else 4
LATENCY_MS = 100
# What six lists ask for until the worker has heard of it.
AFTERWARDS = 6 * 1000 // LATENCY_MS


@pytest.fixture
def openai():
    with running_simulator(users=1500, projects=30, members=5, latency_ms=LATENCY_MS) as simulator:
        yield simulator


def test_requests_of_two_syncs_never_interleave(openai, ask, sync_worker):
    workers = [sync_worker(), sync_worker()]
    wait_until(lambda: ask("runs")["open"] == 0 and ask("runs")["over"], what="the first sync")
    for number in range(1, ROUNDS + 1):
        openai.forget_requests()
        assert ask("sync")["open"] == 1
        wait_for(openai, requests=3 * number)
        assert ask("cancel")["open"] == 0
        assert ask("sync")["open"] == 1
        before = len(asked(openai))
        wait_until(lambda: ask("runs")["open"] == 0, what="the end of the second sync")
        check_order(asked(openai), cancelled_at=before)
    for process in workers:
        process.terminate()
        assert process.wait(15) == 0
    assert ask("runs")["over"].keys() == {"complete", "cancelled"}
    ask("judge")


def wait_for(openai, *, requests):
    wait_until(lambda: len(asked(openai)) >= requests, what=f"{requests} requests")


def asked(openai):
    return [(request["path"], request["query"]) for request in openai.requests()]


def check_order(requests, *, cancelled_at):
    """The second sync begins with the first page of users, and asks for everything once."""
    first_page = ("/v1/organization/users", "limit=100")
    _, begun = [at for at, one in enumerate(requests) if one == first_page]
    second = requests[begun:]
    assert len(second) == len(set(second)), "two syncs asked at the same time"
    assert begun - cancelled_at <= AFTERWARDS
