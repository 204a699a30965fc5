"""Starting the demo: the simulator, Tenure, and what an operator would do by hand in between.

Nothing is put into the inventory: the connection is made through the connector, the people come
from a CSV, and the running worker reads the organization.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from secrets import token_urlsafe
from types import TracebackType
from typing import Self

from tenure.demo.company import ADMIN, AUDITOR, EMPLOYEE, NEWCOMER, REVIEWER, make_company
from tenure.lib.errors import Conflict
from tenure.lib.starting import start_django
from tenure.supervisor.claims import claim_home
from tenure.supervisor.kinship import as_child_of_mine

PATIENCE_S = 240.0
LINK_MINUTES = 8 * 60
SLACK_S = 0.05
USUAL_PORT = 4010


class Demo:
    """A demo that runs for the length of a `with`."""

    def __init__(self, *, home: Path, port: int, simulator_port: int, reset: bool) -> None:
        self.home, self.url = home, f"http://127.0.0.1:{port}"
        self.control_url = ""
        self._reset, self._port, self._wanted_simulator_port = reset, port, simulator_port
        self._openai: dict[str, str] = {}
        self._children: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        if self._reset:
            _start_over(self.home)
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write_company()
        os.environ |= {
            "TENURE_HOME": str(self.home),
            "TENURE_PUBLIC_URL": self.url,
            "TENURE_PROVIDER_HOSTS_ALLOW": "127.0.0.1",
            "TENURE_MEMBERS_PAGE": (
                f"http://127.0.0.1:{self._simulator_port()}/_simulator/members.html"
            ),
            "TENURE_ORGANIZATION_NAME": "Halden Optics",
            "TENURE_TIME_ZONE": "Europe/Oslo",
            "TENURE_EMAIL_URL": f"file://{self.home / 'mail'}",
        }
        for number in (signal.SIGINT, signal.SIGTERM):
            # Also where a shell started us with interrupts ignored.
            signal.signal(number, signal.default_int_handler)
        try:
            simulator, served = self._start_simulator(), self._start_tenure()
            _load_meanwhile()
            self._await_simulator(simulator)
            self._await_tenure(served)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stop()

    def furnish(self) -> dict[str, str]:
        """Do on the first start what an operator would do; returns sign-in links by role."""
        from tenure.demo.furnishing import (
            connect,
            decide_what_was_read,
            furnish_people,
            sign_in_links,
            wait_for_sync,
        )

        furnish_people(self.home / "people.csv", password=self.password)
        if connect(self._openai):
            wait_for_sync(PATIENCE_S)
            decide_what_was_read()
        return sign_in_links(
            {
                "admin": ADMIN,
                "reviewer": REVIEWER,
                "employee": EMPLOYEE,
                "newcomer": NEWCOMER,
                "auditor": AUDITOR,
            },
            minutes=LINK_MINUTES,
        )

    @property
    def password(self) -> str:
        """Of all of them, made on the first start: what is asked before something dangerous."""
        return (self.home / "password.txt").read_text(encoding="ascii")

    def open_browser(self, address: str) -> None:
        """Show the page, where there is a screen to show it on."""
        if sys.platform == "darwin" or os.environ.get("DISPLAY"):
            webbrowser.open(address)

    def wait(self) -> None:
        """Until Ctrl-C, or until one of the processes gives up."""
        try:
            while all(child.poll() is None for child in self._children):
                time.sleep(0.5)
        except KeyboardInterrupt:
            return
        raise Conflict("A part of the demo ended; the lines above say why.")

    def _write_company(self) -> None:
        """The company of the first day is kept, so that the demo can be continued."""
        if (self.home / "company.json").exists():
            return
        company = make_company(datetime.now(UTC).date())
        (self.home / "people.csv").write_text(company.csv(), encoding="utf-8")
        password = self.home / "password.txt"
        password.touch(mode=0o600)
        password.write_text(token_urlsafe(12), encoding="ascii")
        (self.home / "company.json").write_text(
            json.dumps(company.openai, indent=1, ensure_ascii=False), encoding="utf-8"
        )

    def _start_simulator(self) -> subprocess.Popen[str]:
        return self._start(
            "simulator",
            *("--port", str(self._simulator_port())),
            *("--company", str(self.home / "company.json")),
            *("--state", str(self.home / "openai.json")),
            *("--seed", "halden-optics"),
        )

    def _await_simulator(self, simulator: subprocess.Popen[str]) -> None:
        line = simulator.stdout.readline() if simulator.stdout else ""
        if not line:
            raise Conflict(
                "The OpenAI simulator did not start; the lines above say why. Start over with "
                "--reset to let it take another port."
            )
        self._openai = json.loads(line)
        self.control_url = self._openai["control_url"]

    def _simulator_port(self) -> int:
        """The port of the first start, because the connection remembers it; else 4010 or any."""
        kept = self.home / "simulator-port.txt"
        if not kept.exists():
            port = self._wanted_simulator_port or (USUAL_PORT if _is_free(USUAL_PORT) else _any())
            kept.write_text(str(port), encoding="ascii")
        return int(kept.read_text(encoding="ascii"))

    def _start_tenure(self) -> subprocess.Popen[str]:
        self._ready_file.unlink(missing_ok=True)
        return self._start(
            "serve", "-q", "--port", str(self._port), "--ready-file", str(self._ready_file)
        )

    def _await_tenure(self, served: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._ready_file.exists():
            if served.poll() is not None:
                raise Conflict("Tenure did not start; the lines above say why.")
            if time.monotonic() > deadline:
                raise Conflict(
                    f"Tenure was not ready after {PATIENCE_S:.0f} seconds; this machine is busy. "
                    "Try again: what was begun is kept."
                )
            time.sleep(SLACK_S)

    @property
    def _ready_file(self) -> Path:
        return self.home / "ready.json"

    def _start(self, *words: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "tenure", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if words[0] == "simulator" else subprocess.DEVNULL,
            env=as_child_of_mine(),
            text=True,
            # Ctrl-C is for us; we end our children in order.
            start_new_session=True,
        )
        self._children.append(child)
        return child

    def _stop(self) -> None:
        for child in reversed(self._children):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self._children:
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
        self._children.clear()


def _load_meanwhile() -> None:
    """Import what furnishing needs while the children start: seconds, on a slow machine."""
    start_django()
    import_module("tenure.demo.furnishing")
    import_module("openai")


def _start_over(home: Path) -> None:
    """Forget a demo, and nothing but a demo."""
    if not home.exists():
        return
    if not (home / "company.json").exists() and any(home.iterdir()):
        raise Conflict(f"{home} holds no demo; name another directory with --home.")
    held = claim_home(home)
    shutil.rmtree(home)
    os.close(held)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _any() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
