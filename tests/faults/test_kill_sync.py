"""Workers are killed in the middle of syncs: nothing is lost, ended wrongly, or read for ever."""

from __future__ import annotations

import json
import random
import signal
import time

import pytest

from tenure.inventory.tests.truth import differences, truth
from tenure.simulator.openai.running import running_simulator
from tenure.testing.lengths import length
from tests.faults.processes import wait_until

pytestmark = pytest.mark.faults
KILLS = length(12, full=100)
CROWD = 2
USERS, PROJECTS = 3000, 40
LATENCY_MS = 60
# A sync saves once a second. Members wait for the users they are of, and are asked for again.
REPEATED_PER_KILL = PROJECTS + 1000 // LATENCY_MS
SEED = 20261123
# Killed five times before it could save anything, a run is given up, and says so. On a busy machine
# that happens; the next run supersedes it.
ABANDONED = (
    "failed The worker stopped in the middle again and again; look at its log, then sync again."
)
MOST_ABANDONED = KILLS // 20


@pytest.fixture
def openai():
    with running_simulator(
        users=USERS, projects=PROJECTS, members=30, latency_ms=LATENCY_MS
    ) as simulator:
        yield simulator


def test_whoever_is_killed_the_inventory_is_what_the_provider_has(openai, ask, sync_worker):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    openai.forget_requests()
    workers = [sync_worker() for _ in range(CROWD)]
    for number in range(KILLS):
        change(openai, chance)
        ask("sync")
        time.sleep(chance.uniform(0.1, 3.0))
        victim = number % CROWD
        if number % 5 == 2:  # one that only sleeps is worse than a dead one: it comes back
            workers[victim].send_signal(signal.SIGSTOP)
            time.sleep(2.5)
            workers[victim].send_signal(signal.SIGCONT)
            time.sleep(chance.uniform(0, 0.3))
        workers[victim].kill()
        workers[victim].wait()
        workers[victim] = sync_worker()

    over = until_over(ask)
    asked = len(openai.requests())
    openai.forget_requests()
    assert ask("sync")["open"] == 1
    until_over(ask)
    whole = len(openai.requests())
    for process in workers:
        process.terminate()
        assert process.wait(15) == 0
    assert over.keys() <= {"complete", ABANDONED}
    assert over.get(ABANDONED, 0) <= MOST_ABANDONED
    repeated = asked - over["complete"] * whole
    told = {"kills": KILLS, "syncs": over["complete"], "requests": asked, "repeated": repeated}
    print(json.dumps(told))  # noqa: T201 - shown with -s
    # Fewer than none: the last one read more lists of single users, whose turn had come.
    assert repeated <= KILLS * REPEATED_PER_KILL
    ours = {key: as_told(rows) for key, rows in ask("judge").items()}
    assert differences(ours, truth(openai)) == {}


def until_over(ask):
    """How the syncs ended, as soon as none is open."""
    wait_until(lambda: ask("runs")["open"] == 0, seconds=90, what="the end of the last sync")
    return ask("runs")["over"]


def as_told(rows):
    """What JSON made lists of."""
    return {row: tuple(value) if isinstance(value, list) else value for row, value in rows.items()}


def change(openai, chance):
    readers = [user["id"] for user in openai.users() if user["role"] == "reader"]
    gone, renamed, *joining = chance.sample(readers, 5)
    openai.remove_user(gone)
    openai.change_user(renamed, name=f"Name {chance.random()}")
    openai.add_user(f"new{chance.random()}@halden.example", added_at="-0s")
    project = chance.choice(openai.projects())
    for user in joining:
        openai.put_member(project["id"], user, role=chance.choice(["member", "owner"]))
    openai.remove_member(project["id"], joining[0])
