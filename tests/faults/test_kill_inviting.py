"""Workers are killed while they invite: nobody is invited twice, and nobody is forgotten.

An address has no id to be read by, and a provider that has it twice has two invitations: so here
more is lost by one request too many than by a removal that is repeated. Each day they die at two
points on SQLite and at the other two on PostgreSQL, and at any instant.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter

import pytest

from tenure.simulator.openai.running import running_simulator
from tenure.testing.lengths import FULL, length, shared
from tests.faults import judge
from tests.faults.processes import wait_until
from tests.faults.test_kill_removal import LATENCY_MS, LIVES, dies, kill

pytestmark = pytest.mark.faults
ROUNDS = length(3, full=50)
EACH_ROUND = length(2, full=5)
POINTS = shared(("intent", "sent", "answered", "read_back"))
SEED = None if FULL else 20261128


@pytest.fixture
def openai():
    with running_simulator(users=20, projects=2, invites=5, latency_ms=LATENCY_MS) as simulator:
        yield simulator


def test_whoever_is_killed_each_is_invited_once(openai, attend, removal_worker):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    planned, killed = 0, Counter()
    for number in range(ROUNDS):
        planned += attend(f"invite {EACH_ROUND}")
        if point := [*POINTS, ""][number % (len(POINTS) + 1)]:
            killed[point] += dies(removal_worker(point))
        else:
            worker = removal_worker()
            time.sleep(chance.uniform(0.3, 1.2))
            killed[LIVES] += kill(worker)
        worker = removal_worker()
        until_open(attend, at_most=0 if number == ROUNDS - 1 else EACH_ROUND)
        killed[LIVES] += kill(worker)
    told = judge.verdict(openai, outcomes := attend("outcomes"))
    print(json.dumps({"planned": planned, "killed": killed, **told}))  # noqa: T201 - shown with -s
    assert len(outcomes) == planned == ROUNDS * EACH_ROUND
    assert judge.is_innocent(told), told
    assert told["states"] == {"verified": planned}
    guests = Counter(one["email"] for one in openai.invites() if one["email"].startswith("guest-"))
    assert (len(guests), set(guests.values())) == (planned, {1})
    assert all(killed[point] >= length(1, full=10) for point in (LIVES, *POINTS)), killed


def until_open(attend, *, at_most):
    """So few at most are under way; minutes pass for what nobody knows the outcome of."""

    def are_few():
        attend("doubt")
        return attend("open")["open"] <= at_most

    wait_until(are_few, seconds=240, what=f"the end of all but {at_most}")
