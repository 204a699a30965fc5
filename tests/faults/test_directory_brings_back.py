"""A directory brings back who was removed, while workers die: it is told once, and not fought.

Each day as an invitation and at two points on SQLite, as a user and at the others on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from functools import partial

import pytest

from tenure.simulator.openai.running import running_simulator
from tenure.testing.lengths import FULL, length, shared
from tests.faults import judge
from tests.faults.processes import all_gone, wait_until

pytestmark = pytest.mark.faults
LEAVERS = length(2, full=12)
VISITS = length(2, full=12)
SEED = None if FULL else 20261128
EVERY_S = 35 * 60
POINTS = shared(("intent", "sent", "answered", "read_back"))


@pytest.fixture(params=shared(["invite", "user"]))
def openai(request):
    with running_simulator(users=3 * LEAVERS + 4, invites=0, projects=1) as simulator:
        for user in simulator.users():
            simulator.change_user(user["id"], is_scim_managed=True)
        simulator.enable_scim(every=EVERY_S)
        simulator.faults(scim_return=request.param)
        yield simulator


def test_what_comes_back_is_told_and_not_fought(openai, attend, removal_worker):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    for point in POINTS:
        attend(f"plan {LEAVERS // len(POINTS)}")
        worker = removal_worker(point)
        wait_until(partial(all_gone, [worker]), what="its death")
    worker = removal_worker()
    wait_until(lambda: not attend("open")["open"], seconds=120, what="the end of all")
    os.kill(worker, signal.SIGKILL)
    assert attend("open") == {"open": 0, "verified": LEAVERS}

    for _ in range(VISITS):
        openai.advance(EVERY_S)
        # A run that a dead worker had begun is ended, and may have read its lists before.
        assert [attend("sync"), attend("sync")] == ["complete", "complete"]
        worker = removal_worker()
        time.sleep(chance.uniform(0, 0.6))
        os.kill(worker, signal.SIGKILL)
        worker = removal_worker()
        wait_until(partial(are_back, attend), seconds=180, what="the word that they are back")
        time.sleep(chance.uniform(0, 0.3))
        os.kill(worker, signal.SIGKILL)

    outcomes = attend("outcomes")
    told = judge.verdict(openai, outcomes)
    print(json.dumps({"leavers": LEAVERS, "visits": VISITS, **told}))  # noqa: T201 - shown with -s
    assert judge.is_innocent(told), told
    assert (told["made"], len(outcomes)) == (LEAVERS, LEAVERS)
    reasons = {reason for _, reason in outcomes.values()}
    assert all(" was removed and is back, " in reason for reason in reasons)
    assert all("The directory brings it back" in reason for reason in reasons)


def are_back(attend):
    return attend("open") == {"open": 0, "blocked": LEAVERS}
