from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tenure.lib.clock import now
from tenure.simulator.openai.running import RunningSimulator, running_simulator
from tenure.testing.preloaded import Preloaded

DOMAIN = "halden.example"
PROGRAM = ("-m", "tenure")


def day(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


USED = {"api_key_last_used_at": "-2d"}
COMPANY = {
    "users": [
        {"email": f"mei@{DOMAIN}", "name": "Mei Tanaka", "role": "owner", "added_at": "-30d"}
        | USED,
        {"email": f"hugo@{DOMAIN}", "name": "Hugo Castellanos"} | USED,
        {"email": f"labs@{DOMAIN}", "name": ""} | USED,
    ],
    "invites": [{"email": f"noor@{DOMAIN}"}],
}
PEOPLE = f"""email,name,start_date,end_date,status
mei@{DOMAIN},Mei Tanaka,2020-01-01,,
hugo@{DOMAIN},Hugo Castellanos,2020-01-01,{day(-30)},
noor@{DOMAIN},Noor el-Amin,2020-01-01,,inactive
"""


@dataclass(frozen=True)
class Said:
    """What a command ended with and wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def tests(self) -> dict[str, Any]:
        return {test["slug"]: test for test in self.document["tests"]}


def environment(**settings: str) -> dict[str, str]:
    """This process's, without any installation's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TENURE_", "DJANGO_"))}
    return kept | {"TENURE_PROVIDER_HOSTS_ALLOW": "127.0.0.1"} | settings


@cache
def _preloaded() -> Preloaded:
    preloaded = Preloaded(environment())
    atexit.register(preloaded.stop)
    return preloaded


def run(*words: str, program: tuple[str, ...] = PROGRAM, **options: Any) -> Said:
    """The command in a process of its own, to its end; from its very beginning where asked for."""
    if options.keys() <= {"cwd", "input"} and program == PROGRAM:
        cwd, given = options.get("cwd", Path.cwd()), options.get("input", "")
        return Said(*_preloaded().run(*words, cwd=cwd, given=given))
    options = {"env": environment(), "input": ""} | options
    ended = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, *program, *words],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="package")
def _organization() -> Iterator[RunningSimulator]:
    with running_simulator(company=COMPANY) as simulator:
        yield simulator


@pytest.fixture
def openai(_organization) -> RunningSimulator:
    """Mei is fine, Hugo left, Noor was disabled and is invited, Labs belongs to nobody."""
    _organization.reset()
    return _organization


@pytest.fixture
def files(tmp_path, openai) -> Path:
    """A directory with people.csv and the key."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "key").write_text(openai.admin_key + "\n")
    return tmp_path


@pytest.fixture
def line(files, openai) -> list[str]:
    """The words of a scan of the organization, as typed in that directory."""
    options = ["--people", "people.csv", "--api-key-file", "key", "--base-url", openai.url]
    return ["scan", "openai", *options]


@pytest.fixture
def scan(files, line) -> Callable[..., Said]:
    """`scan("--format", "junit")`: scan the organization; --json unless a format is named."""

    def scan(*words: str, people: str = PEOPLE, **options: Any) -> Said:
        (files / "people.csv").write_text(people)
        words = words if "--format" in words else ("--json", *words)
        return run(*line, *words, **{"cwd": files} | options)

    return scan
