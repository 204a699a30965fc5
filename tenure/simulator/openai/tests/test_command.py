"""`tenure simulator` as people start it: a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tenure.simulator.openai.switches import SWITCHES, table
from tenure.simulator.openai.tests.conftest import USERS, Wire

COMMAND = [sys.executable, "-m", "tenure", "simulator"]
README = Path(__file__).parents[1] / "README.md"


def completed(*arguments: str):
    command = [*COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


@contextmanager
def started(*arguments: str):
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*COMMAND, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_one_line_serves_and_stops(tmp_path, number):
    state = tmp_path / "state.json"
    with started("--users", "30", "--state", str(state), "--fault", "users_lost=0.5") as found:
        process, ready = found
        assert list(ready) == [
            "url",
            "control_url",
            "organization_id",
            "admin_key",
            "read_only_key",
            "personal_key",
            "project_key",
        ]
        wire = Wire(SimpleNamespace(**ready))
        assert 0 < len(wire.walk(USERS, 100)) < 30
        assert "Missing scopes" in wire.get(USERS, key=ready["personal_key"]).message
        os.kill(process.pid, number)
        assert process.wait(10) == 0
        assert process.stdout.read() == process.stderr.read() == ""
    assert len(json.loads(state.read_text())["users"]) == 30


def test_it_refuses_a_fault_that_does_not_exist():
    done = completed("--port", "0", "--fault", "lunch=now")
    assert done.returncode == 2
    assert "There is no switch 'lunch'" in done.stderr
    assert done.stdout == ""


def test_it_lists_its_switches():
    printed = completed("--help-faults").stdout
    assert all(f"| `{name}` |" in printed for name in SWITCHES)


def test_the_readme_lists_every_switch_as_it_is():
    assert table() in README.read_text()


@pytest.mark.parametrize(
    "when", ["2026-12-24", "2026-12-24T00:00:00Z", "2026-12-24T01:00:00+01:00"]
)
def test_the_clock_starts_where_it_is_told(when):
    with started("--now", when) as (_, ready):
        wire = Wire(SimpleNamespace(**ready))
        invite = wire.post("/organization/invites", {"email": "n@h.example", "role": "reader"})
        assert 0 <= invite.json["created_at"] - 1_798_070_400 < 60


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--now", "tomorrow", "Give --now as"),
        ("--rpm", "fast", "Give a number of requests per minute"),
        ("--company", "/nowhere.json", "The company file cannot be used"),
        ("--state", __file__, "The state file cannot be used"),
    ],
)
def test_it_refuses_what_it_cannot_use_in_a_sentence(option, value, sentence):
    done = completed("--port", "0", option, value)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
