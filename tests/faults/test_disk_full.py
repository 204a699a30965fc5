"""The disk is full just when an outcome is to be written down: it is found out once there is room.

For SQLite the kernel refuses every write of the worker. PostgreSQL answers what it answers when a
table cannot grow; when its own log cannot, it ends, which is test_database_restarts.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from contextlib import contextmanager
from functools import partial

import pytest

from tenure.simulator.openai.running import running_simulator
from tenure.testing.lengths import FULL, length
from tests.faults.processes import alive, wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="limits the files of another process"),
]
TIMES = length(1, full=12)
EACH_TIME = length(3, full=6)
SEED = None if FULL else 20261128
FILL = """
CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER disk_full BEFORE INSERT ON provisioning_operationstep
  FOR EACH ROW EXECUTE FUNCTION disk_full();
"""


@pytest.fixture
def openai():
    each = TIMES * EACH_TIME // 3 + 20
    with running_simulator(users=each * 6 // 5, keys=each, invites=each, projects=5) as simulator:
        simulator.faults(delay="0.4@DELETE:/v1/*")
        yield simulator


@pytest.fixture
def full(furnished):
    """`with full(worker):` there is no room for what that worker writes."""
    url = furnished.get("TENURE_DATABASE_URL")
    return partial(_full_server, url) if url else _full_disk


@contextmanager
def _full_disk(worker):
    _, most = resource.prlimit(worker, resource.RLIMIT_FSIZE)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (0, most))
    yield
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def _full_server(url, _worker):
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FILL)
        yield
        connection.execute("DROP TRIGGER disk_full ON provisioning_operationstep")


def test_what_could_not_be_written_is_found_out(attend, removal_worker, full, check_all_removed):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    worker, planned, in_doubt = removal_worker(), 0, 0
    for _ in range(TIMES):
        planned += attend(f"plan {EACH_TIME}")
        wait_until(lambda: attend("open").get("running"), what="an operation under way")
        with full(worker):
            time.sleep(chance.uniform(1.0, 2.0))
            in_doubt += attend("open").get("running", 0)
        wait_until(lambda: not attend("open")["open"], seconds=120, what="the end of all")
    assert alive(worker)

    assert in_doubt, "no outcome met a full disk; the test proved nothing"
    assert planned == TIMES * EACH_TIME
    check_all_removed(planned, in_doubt=in_doubt)
