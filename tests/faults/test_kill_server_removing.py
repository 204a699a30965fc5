"""The server is killed, whole or in part, while it removes: what it began is ended, and once.

Each day at one instant on SQLite and at another one on PostgreSQL.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from functools import partial

import pytest

from tenure.simulator.openai.running import running_simulator
from tenure.testing.lengths import FULL, length, shared
from tests.faults.processes import all_gone, descendants, pid_of, wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find the processes"),
]
ROUNDS = length(1, full=15)
EACH_ROUND = length(3, full=8)
SEED = None if FULL else 20261128
# At which instant: any; while nobody knows what came of a request; while it is read back.
INSTANTS = ("running", "done", "") if FULL else shared(("running", "done"))
# Three times of four the whole server: web, worker, and who minds them.
VICTIMS = ("all", "all", "all", "worker")


@pytest.fixture
def openai():
    each = ROUNDS * EACH_ROUND // 3 + 20
    with running_simulator(users=each * 6 // 5, keys=each, invites=each, projects=5) as simulator:
        # So long is a change under way, and so long is what was removed still listed.
        simulator.faults(delay="0.4@DELETE:/v1/*", list_lag="1.5")
        yield simulator


def test_whenever_it_is_killed_each_thing_is_removed_once(
    attend, server, wait_for_one, check_all_removed
):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    process, planned, killed = server(), 0, Counter()
    for number in range(ROUNDS):
        planned += attend(f"plan {EACH_ROUND}")
        if state := INSTANTS[number % len(INSTANTS)]:
            wait_for_one(state)
        time.sleep(chance.uniform(0, 0.2 if state else 1.0))
        victim = VICTIMS[number // 3 % 4]
        killed[f"{victim} {state}"] += 1
        if victim == "worker":
            kill(wait_until(partial(pid_of, "worker", process.pid), what="a worker"))
        else:
            family = descendants(process.pid)
            process.kill()
            process.wait()
            wait_until(partial(all_gone, family), seconds=5, what="the end of the whole family")
            process = server()
        if not FULL:  # in full, the leases of the dead are waited for
            attend("minute")
    assert planned == ROUNDS * EACH_ROUND
    check_all_removed(planned, killed=killed)


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    wait_until(partial(all_gone, [pid]), what="its death")
