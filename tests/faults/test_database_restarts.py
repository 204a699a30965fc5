"""The database server ends without warning and comes back while workers remove: they go on."""

from __future__ import annotations

import os
import random
import time

import pytest

from tenure.simulator.openai.running import running_simulator
from tenure.testing.environment import IS_POSTGRESQL
from tenure.testing.lengths import FULL, length
from tenure.testing.postgres import throwaway_cluster
from tenure.testing.tables import copy_in_cluster
from tests.faults.processes import alive

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not IS_POSTGRESQL, reason="SQLite has no server"),
]
RESTARTS = length(2, full=20)
EACH_ROUND = length(3, full=10)
SEED = None if FULL else 20261128


@pytest.fixture
def openai():
    each = RESTARTS * EACH_ROUND // 3 + 20
    with running_simulator(users=each * 6 // 5, keys=each, invites=each, projects=5) as simulator:
        simulator.faults(delay="0.4@DELETE:/v1/*", list_lag="1.5")
        yield simulator


@pytest.fixture
def cluster():
    """One of this test alone, which forgets nothing that it said was written."""
    ours = throwaway_cluster(durable=True)
    yield ours
    ours.stop()


@pytest.fixture
def surroundings(tmp_path, cluster):
    url = f"{cluster.url.rpartition('/')[0]}/ours"
    return {**os.environ, "TENURE_HOME": str(tmp_path / "home"), "TENURE_DATABASE_URL": url}


@pytest.fixture
def furnished(surroundings, cluster):
    copy_in_cluster(cluster.url, "ours")
    return surroundings


def test_workers_go_on_and_each_thing_is_removed_once(
    attend, removal_worker, cluster, wait_for_one, check_all_removed
):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    workers, planned = [removal_worker(), removal_worker()], 0
    for number in range(RESTARTS):
        planned += attend(f"plan {EACH_ROUND}")
        if state := ("running", "done", "")[number % 3]:
            wait_for_one(state)
        time.sleep(chance.uniform(0, 0.2 if state else 1.0))
        cluster.crash()
        time.sleep(chance.uniform(0, 2))
        cluster.start()
        assert all(map(alive, workers))
    assert planned == RESTARTS * EACH_ROUND
    check_all_removed(planned, restarts=RESTARTS)
