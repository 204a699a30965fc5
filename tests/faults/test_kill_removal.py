"""Workers are killed while they remove: nothing is lost, wrong, or repeated without a look.

Each day they die at two points on SQLite and at the other two on PostgreSQL; and at any instant,
before which they sleep on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tenure.simulator.openai.running import running_simulator
from tenure.testing.lengths import FULL, length, shared
from tests.faults.conftest import ROOT
from tests.faults.processes import alive, wait_until

pytestmark = pytest.mark.faults
ROUNDS = length(3, full=100)
EACH_ROUND = length(3, full=20)
POINTS = shared(("intent", "sent", "answered", "read_back"))
# Which of the two workers dies at some instant: the other one only sleeps, and comes back.
SLOTS = shared((0, 1))
SEED = None if FULL else 20261127
LATENCY_MS = 40
LIVES = "at random"


@pytest.fixture
def openai():
    each = ROUNDS * EACH_ROUND // 3 + 20
    with running_simulator(
        users=each * 6 // 5, keys=each, invites=each, projects=5, latency_ms=LATENCY_MS
    ) as simulator:
        yield simulator


def test_whoever_is_killed_each_thing_is_removed_once(openai, attend, removal_worker, tmp_path):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    workers, planned, killed = [removal_worker(), removal_worker()], 0, Counter()
    for number in range(ROUNDS):
        until_open(attend, at_most=2 * EACH_ROUND)
        if point := [*POINTS, ""][number % (len(POINTS) + 1)]:
            killed[LIVES] += sum(map(kill, workers))
            planned += attend(f"plan {EACH_ROUND}")
            killed[point] += dies(removal_worker(point))
            workers = [removal_worker(), removal_worker()]
        else:
            planned += attend(f"plan {EACH_ROUND}")
            slot = SLOTS[number // 5 % len(SLOTS)]
            time.sleep(chance.uniform(0.1, 0.8))
            if slot:  # one that only sleeps is worse than a dead one: it comes back
                os.kill(workers[slot], signal.SIGSTOP)
                time.sleep(2.5)
                os.kill(workers[slot], signal.SIGCONT)
                time.sleep(chance.uniform(0, 0.3))
            killed[LIVES] += kill(workers[slot])
            workers[slot] = removal_worker()
    kill(workers[1])  # for good
    until_open(attend, at_most=0)

    file = tmp_path / "outcomes.json"
    file.write_text(json.dumps(outcomes := attend("outcomes")))
    command = [sys.executable, "-m", "tests.faults.judge", openai.control_url, str(file)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command line
    told = json.loads(said.stdout)
    print(json.dumps({"planned": planned, "killed": killed, **told}))  # noqa: T201 - shown with -s
    assert len(outcomes) == planned == ROUNDS * EACH_ROUND
    assert (said.returncode, told["blind"], told["wrong"], told["lost"]) == (0, [], [], [])
    assert set(told["states"]) <= {"verified", "failed"}
    assert told["states"].get("failed", 0) <= planned // 100
    assert all(killed[point] >= length(1, full=10) for point in (LIVES, *POINTS)), killed


def until_open(attend, *, at_most):
    """So few at most are under way; a job whose workers died five times is missed for a minute."""
    what = f"the end of all but {at_most}"
    wait_until(lambda: attend("open")["open"] <= at_most, seconds=180, what=what)


def kill(worker):
    """1 if it was alive until then."""
    was_alive = alive(worker)
    if was_alive:
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: not alive(worker), what="its death")
    return int(was_alive)


def dies(worker):
    """1, as soon as it came to the point of its death."""
    wait_until(lambda: not alive(worker), what="its death")
    return 1
