"""The supervisor in a process of its own, with children that are a line of Python."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CHILD = """
import os, signal, sys, time
from tenure.supervisor.kinship import end_with_parent
end_with_parent()
if {deaf}: signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open({log!r}, "a") as log: log.write(f"{{os.getpid()}}\\n")
time.sleep(60)
"""
PARENT = """
import sys
from tenure.supervisor.supervisor import Child, Supervisor
children = [Child("child", [sys.executable, "-c", {child!r}])]
def ready(): print("ready", flush=True)
import tenure.supervisor.supervisor as module
module._GRACE = {grace}
module._PATIENCE = {patience}
sys.exit(Supervisor(children, lambda: {is_ready}, ready).run())
"""


@pytest.fixture
def supervise(tmp_path):
    """Start one; returns it and a function that waits for the n-th start of its child."""
    log, started = tmp_path / "log", []

    def start(*, deaf=False, is_ready=True, grace=10, patience=60):
        child = CHILD.format(deaf=deaf, log=str(log))
        code = PARENT.format(child=child, is_ready=is_ready, grace=grace, patience=patience)
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-c", code], stdout=subprocess.PIPE
        )
        started.append(process)
        return process, nth_child

    def nth_child(number):
        def find():
            pids = log.read_text().split() if log.exists() else []
            return int(pids[number - 1]) if len(pids) >= number else None

        return wait_until(find)

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def wait_until(condition):
    for _ in range(400):
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] in "ZX"
    except OSError:
        return True


def test_it_says_once_that_it_is_ready_and_ends_its_child_when_told_to_stop(supervise):
    process, nth_child = supervise()
    pid = nth_child(1)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (0, b"ready\n")
    assert gone(pid)


def test_a_child_that_died_is_started_again(supervise):
    _, nth_child = supervise()
    os.kill(nth_child(1), signal.SIGKILL)
    assert nth_child(2)


def test_a_child_ends_with_a_supervisor_that_was_killed(supervise):
    process, nth_child = supervise()
    pid = nth_child(1)
    process.kill()
    wait_until(lambda: gone(pid))


def test_a_child_that_does_not_listen_is_killed_in_the_end(supervise):
    process, nth_child = supervise(deaf=True, grace=1.5)
    pid = nth_child(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert gone(pid)


def test_a_server_that_never_gets_ready_ends_with_an_error(supervise):
    process, _ = supervise(is_ready=False, patience=0.5)
    assert process.wait(20) == 1


def test_deaths_in_a_row_are_followed_by_longer_and_longer_pauses(monkeypatch):
    from tenure.supervisor import supervisor

    instant = 1000.0
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: instant)
    child, pauses = supervisor.Child("x", []), []
    for _ in range(12):
        child.started_at = instant
        child.note_death()
        pauses.append(child.start_at - instant)
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert pauses[-1] == 30
    child.started_at = instant - 31
    child.note_death()
    assert child.start_at - instant == 0.5


def test_without_a_supervisor_nothing_watches(monkeypatch):
    code = (
        "import threading; from tenure.supervisor.kinship import end_with_parent;"
        "end_with_parent(); print(threading.active_count())"
    )
    environment = {k: v for k, v in os.environ.items() if k != "TENURE_PARENT_PID"}
    output = subprocess.check_output(  # noqa: S603 - our own command line
        [sys.executable, "-c", code], env=environment
    )
    assert json.loads(output) == 1
