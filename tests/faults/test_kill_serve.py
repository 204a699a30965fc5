"""Any process of a server is killed without warning: the rest ends with it or revives it.

Each day some of them on SQLite and the others on PostgreSQL; the whole server on both.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from functools import partial
from http.client import HTTPConnection, HTTPException

import pytest

from tenure.supervisor.claims import check_address
from tenure.testing.lengths import length, shared
from tests.faults.processes import ROLES, all_gone, descendants, pid_of, wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find the processes"),
]
ROUNDS = length(1, full=5)
SEED = 20261123
VICTIMS = shared(sorted(ROLES))


def test_whatever_is_killed_nothing_is_orphaned_and_the_server_comes_back(server, port):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    process = server()
    for _ in range(ROUNDS):
        for role in chance.sample(VICTIMS, len(VICTIMS)):
            kill_and_wait_for_another(role, process.pid)
            wait_until(partial(answers, port), what="an answer")
        family = descendants(process.pid)
        assert len(family) >= len(ROLES)
        process.kill()
        process.wait()
        wait_until(partial(all_gone, family), seconds=5, what="the end of the whole family")
        check_address("127.0.0.1", port)
        process = server()
        assert answers(port)
    family = descendants(process.pid)
    process.terminate()
    assert process.wait(15) == 0
    assert all_gone(family)
    check_address("127.0.0.1", port)


def kill_and_wait_for_another(role, ancestor):
    victim = wait_until(partial(pid_of, role, ancestor), what=role)
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: pid_of(role, ancestor) not in (None, victim), what=f"another {role}")


def answers(port):
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
