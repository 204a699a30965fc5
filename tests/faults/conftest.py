"""Processes to kill: each test has a home, a database and a port of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tenure.testing.tables import copy_in_cluster, copy_to_file
from tests.faults import judge
from tests.faults.processes import alive, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def surroundings(tmp_path):
    """The environment of a fresh installation, on the database engine of this run."""
    environment = {**os.environ, "TENURE_HOME": str(tmp_path / "home")}
    if cluster := os.environ.get("TENURE_TEST_CLUSTER"):
        import psycopg

        name = f"faults_{os.getpid()}_{time.monotonic_ns()}"
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        environment["TENURE_DATABASE_URL"] = f"{cluster.rpartition('/')[0]}/{name}"
    else:
        environment.pop("TENURE_DATABASE_URL", None)
    return environment


@pytest.fixture
def furnished(surroundings, tmp_path):
    """The same, with every table there already."""
    if url := surroundings.get("TENURE_DATABASE_URL"):
        copy_in_cluster(os.environ["TENURE_TEST_CLUSTER"], name := f"{url.rpartition('/')[2]}_with")
        surroundings["TENURE_DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
    else:
        (tmp_path / "home").mkdir()
        copy_to_file(tmp_path / "home" / "tenure.sqlite3")
    return surroundings


@pytest.fixture
def start(surroundings):
    """Start a process of ours; whatever is left of it is killed at the end of the test."""
    started = []

    def run(*arguments, **options):
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", *arguments], cwd=ROOT, env=surroundings, **options
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(start, port, tmp_path):
    """Start `tenure serve` and wait until it says that it is ready."""

    def run():
        process = start("tenure", "--json", "serve", "--port", str(port), stdout=subprocess.PIPE)
        written = b""
        while not written.rstrip().endswith(b"}"):
            line = process.stdout.readline()
            assert line, "the server ended before it was ready"
            written += line
        assert json.loads(written)["url"].endswith(f":{port}")
        return process

    return run


@pytest.fixture
def talk(start):
    """`talk(*arguments)`: start a process that answers a line by a line of JSON; how to ask it."""
    talking = []

    def begin(*arguments):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        process = start(*arguments, **pipes)
        talking.append(process)
        assert process.stdout.readline() == "ready\n"

        def answer(word):
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        return answer

    yield begin
    for process in talking:
        process.stdin.close()


@pytest.fixture
def ask(talk, openai):
    """`ask("sync")`: the answer of the process that attends."""
    arguments = (openai.organization_id, openai.admin_key, openai.url)
    return talk("tests.faults.sync_run", "attend", *arguments)


@pytest.fixture
def attend(talk, furnished, openai):
    """`attend("plan 10")`: the answer of who plans removals."""
    arguments = (openai.organization_id, openai.admin_key, openai.url)
    return talk("tests.faults.removal_run", "attend", *arguments)


@pytest.fixture
def wait_for_one(attend):
    """`wait_for_one("running")`: until an operation is in that state."""

    def wait(state):
        wait_until(lambda: attend("open").get(state), what=f"an operation that is {state}")

    return wait


@pytest.fixture
def check_all_removed(attend, openai):
    """`check_all_removed(9, restarts=2)`: each of so many, once, when all is over; prints how."""

    def check(planned, *, seconds=240, **said):
        wait_until(lambda: not attend("open")["open"], seconds=seconds, what="the end of all")
        outcomes = attend("outcomes")
        told = judge.verdict(openai, outcomes)
        print(json.dumps({"planned": planned, **said, **told}))  # noqa: T201 - shown with -s
        assert len(outcomes) == planned
        assert judge.is_innocent(told), told
        assert told["states"] == {"verified": planned}

    return check


@pytest.fixture
def removal_worker(talk, furnished):
    """`removal_worker(point)`: the id of a worker that dies at that point, or lives."""
    ask = talk("tests.faults.removal_run", "work", "2")
    begun = []

    def run(point=""):
        begun.append(ask(point))
        return begun[-1]

    yield run
    for worker in filter(alive, begun):
        os.kill(worker, signal.SIGKILL)


@pytest.fixture
def sync_worker(start):
    def run(*, lease="2"):
        process = start("tests.faults.sync_run", "work", lease, stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        return process

    return run
