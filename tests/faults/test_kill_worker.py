"""A worker is killed again and again: nothing is lost, and no zombie commits."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time

import pytest

from tenure.testing.lengths import length

pytestmark = pytest.mark.faults
JOBS, KILLS = length(60, full=400), length(3, full=20)
SEED = 20261123


@pytest.fixture
def ledger(start):
    """Run one command of the ledger under fire to its end; its answer."""

    def run(*arguments):
        process = start("tests.faults.ledger_run", *arguments, stdout=subprocess.PIPE)
        output, _ = process.communicate(timeout=150)
        assert process.returncode == 0
        return json.loads(output) if output else None

    return run


@pytest.fixture
def worker(start):
    def run():
        process = start("tests.faults.ledger_run", "work", stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        return process

    return run


def test_every_effect_happens_and_none_under_a_stale_fence(ledger, worker):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    crowd = 2 if os.environ.get("TENURE_TEST_CLUSTER") else 1
    ledger("prepare", str(JOBS), "0.4" if crowd == 2 else "0.12")
    workers = [worker() for _ in range(crowd)]
    for number in range(KILLS):
        time.sleep(chance.uniform(0.2, 0.8))
        victim = number % crowd
        if number % 5 == 2:  # one that only sleeps is worse than a dead one: it comes back
            workers[victim].send_signal(signal.SIGSTOP)
            time.sleep(2.5)
            workers[victim].send_signal(signal.SIGCONT)
            time.sleep(chance.uniform(0, 0.2))
        workers[victim].kill()
        workers[victim].wait()
        workers[victim] = worker()

    verdict = ledger("judge")
    for process in workers:
        process.terminate()
        assert process.wait(15) == 0
    print(json.dumps({"jobs": JOBS, "kills": KILLS, "workers": crowd, **verdict}))  # noqa: T201
    assert verdict["states"] == {"done": JOBS}
    assert verdict["with_effect"] == JOBS
    assert verdict["stale"] == 0
    assert verdict["taken_over"] > 0, "no kill hit a running job; the test proved nothing"
